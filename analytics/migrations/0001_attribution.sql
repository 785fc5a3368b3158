-- What each wei of each fee was for. Append-only: a correction is the same line with sign -1.
-- Written when the epoch of a line's batch is final, so no row is ever changed.
CREATE TABLE IF NOT EXISTS tributary.ledger {{cluster}}
(
    inference_no    UInt64 CODEC(DoubleDelta, ZSTD),
    -- Place in the list of the inference's lines, from 0.
    line_no         UInt16 CODEC(Delta, ZSTD),
    ts              DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD),
    service_id      UInt16 CODEC(ZSTD),
    batch_id        UInt64 CODEC(DoubleDelta, ZSTD),
    epoch_id        UInt32 CODEC(DoubleDelta, ZSTD),
    params_version  UInt32 CODEC(ZSTD),
    role            Enum8('contributor' = 1, 'base' = 2, 'commons' = 3, 'modelOwner' = 4, 'host' = 5, 'stakers' = 6, 'curators' = 7, 'treasury' = 8) CODEC(ZSTD),
    path            Enum8('vector' = 1, 'split' = 2) CODEC(ZSTD),
    model_id        UInt64 CODEC(T64, ZSTD),
    -- 0 where the line is not about a record.
    datanet_id      UInt64 CODEC(T64, ZSTD),
    contribution_id UInt64 CODEC(T64, ZSTD),
    record_no       UInt64 CODEC(T64, ZSTD),
    cluster_id      UInt64 CODEC(T64, ZSTD),
    account_id      UInt64 CODEC(T64, ZSTD),
    ppm             UInt32 CODEC(T64, ZSTD),
    wei             Int256 CODEC(ZSTD),
    sign            Int8 CODEC(ZSTD),
    -- Epochs follow the order of inferences, so a range tells much.
    INDEX epoch_id_index epoch_id TYPE minmax GRANULARITY 1,
    -- Sums of Int256 wrap silently; 10^30 wei a line keeps any sum far from that.
    CONSTRAINT wei_in_range CHECK wei >= 0 AND wei <= toInt256('1000000000000000000000000000000'),
    CONSTRAINT sign_is_one CHECK sign = 1 OR sign = -1
)
ENGINE = {{engine}}
PARTITION BY toYYYYMM(ts)
ORDER BY (inference_no, line_no)
SETTINGS {{dedup_window}};

-- What an account earned in an epoch, by role and path. Every total of the dashboards starts here.
CREATE TABLE IF NOT EXISTS tributary.earnings_account_epoch {{cluster}}
(
    account_id UInt64 CODEC(T64, ZSTD),
    epoch_id   UInt32 CODEC(DoubleDelta, ZSTD),
    role       Enum8('contributor' = 1, 'base' = 2, 'commons' = 3, 'modelOwner' = 4, 'host' = 5, 'stakers' = 6, 'curators' = 7, 'treasury' = 8) CODEC(ZSTD),
    path       Enum8('vector' = 1, 'split' = 2) CODEC(ZSTD),
    wei        Int256 CODEC(ZSTD),
    lines      Int64 CODEC(T64, ZSTD)
)
ENGINE = {{summing}}((wei, lines))
ORDER BY (account_id, epoch_id, role, path)
SETTINGS {{dedup_window}};

CREATE MATERIALIZED VIEW IF NOT EXISTS tributary.earnings_account_epoch_mv {{cluster}}
TO tributary.earnings_account_epoch
AS SELECT account_id, epoch_id, role, path, sum(wei * sign) AS wei, sum(toInt64(sign)) AS lines
FROM tributary.ledger
GROUP BY account_id, epoch_id, role, path;

-- What each record of a Datanet earned for whom: the Datanet's page and its best records.
CREATE TABLE IF NOT EXISTS tributary.earnings_datanet_record {{cluster}}
(
    datanet_id UInt64 CODEC(T64, ZSTD),
    record_no  UInt64 CODEC(T64, ZSTD),
    account_id UInt64 CODEC(T64, ZSTD),
    wei        Int256 CODEC(ZSTD),
    lines      Int64 CODEC(T64, ZSTD)
)
ENGINE = {{summing}}((wei, lines))
ORDER BY (datanet_id, record_no, account_id)
SETTINGS {{dedup_window}};

CREATE MATERIALIZED VIEW IF NOT EXISTS tributary.earnings_datanet_record_mv {{cluster}}
TO tributary.earnings_datanet_record
AS SELECT datanet_id, record_no, account_id, sum(wei * sign) AS wei, sum(toInt64(sign)) AS lines
FROM tributary.ledger
WHERE datanet_id != 0
GROUP BY datanet_id, record_no, account_id;

-- The ledger by account, newest first: which answers paid somebody. The ledger itself lies in
-- the order of inferences, where one account's lines are everywhere.
CREATE TABLE IF NOT EXISTS tributary.ledger_by_account {{cluster}}
(
    account_id   UInt64 CODEC(T64, ZSTD),
    inference_no UInt64 CODEC(DoubleDelta, ZSTD),
    line_no      UInt16 CODEC(T64, ZSTD),
    ts           DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD),
    epoch_id     UInt32 CODEC(DoubleDelta, ZSTD),
    role         Enum8('contributor' = 1, 'base' = 2, 'commons' = 3, 'modelOwner' = 4, 'host' = 5, 'stakers' = 6, 'curators' = 7, 'treasury' = 8) CODEC(ZSTD),
    model_id     UInt64 CODEC(T64, ZSTD),
    datanet_id   UInt64 CODEC(T64, ZSTD),
    record_no    UInt64 CODEC(T64, ZSTD),
    ppm          UInt32 CODEC(T64, ZSTD),
    wei          Int256 CODEC(ZSTD),
    sign         Int8 CODEC(ZSTD)
)
ENGINE = {{engine}}
ORDER BY (account_id, inference_no, line_no)
SETTINGS {{dedup_window}};

CREATE MATERIALIZED VIEW IF NOT EXISTS tributary.ledger_by_account_mv {{cluster}}
TO tributary.ledger_by_account
AS SELECT account_id, inference_no, line_no, ts, epoch_id, role, model_id, datanet_id, record_no, ppm, wei, sign
FROM tributary.ledger;

-- One row an answer: what its receipt says. Hashes are 0x-hex.
CREATE TABLE IF NOT EXISTS tributary.inference {{cluster}}
(
    inference_no   UInt64 CODEC(DoubleDelta, ZSTD),
    request_id     UUID CODEC(ZSTD),
    ts             DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD),
    service_id     UInt16 CODEC(ZSTD),
    batch_id       UInt64 CODEC(DoubleDelta, ZSTD),
    epoch_id       UInt32 CODEC(DoubleDelta, ZSTD),
    params_version UInt32 CODEC(ZSTD),
    model_id       UInt64 CODEC(T64, ZSTD),
    adapter_hash   String CODEC(ZSTD),
    payer_id       UInt64 CODEC(T64, ZSTD),
    fee            Int256 CODEC(ZSTD),
    tokens_in      UInt32 CODEC(T64, ZSTD),
    tokens_out     UInt32 CODEC(T64, ZSTD),
    rho_ppm        UInt32 CODEC(T64, ZSTD),
    snapshots_root String CODEC(ZSTD),
    prompt_hash    String CODEC(ZSTD),
    answer_hash    String CODEC(ZSTD),
    evidence_root  String CODEC(ZSTD),
    vector_root    String CODEC(ZSTD),
    CONSTRAINT fee_in_range CHECK fee >= 0 AND fee <= toInt256('1000000000000000000000000000000'),
    INDEX request_id_index request_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = {{engine}}
PARTITION BY toYYYYMM(ts)
ORDER BY inference_no
SETTINGS {{dedup_window}};

-- All that attribution found, before any governed threshold, so that other parameters can be
-- replayed. Score: 1/65536 bit on the token path, 10^-9 units on the gradient path.
CREATE TABLE IF NOT EXISTS tributary.evidence {{cluster}}
(
    inference_no UInt64 CODEC(DoubleDelta, ZSTD),
    path         Enum8('token' = 1, 'gradient' = 2) CODEC(ZSTD),
    record_no    UInt64 CODEC(T64, ZSTD),
    cluster_id   UInt64 CODEC(T64, ZSTD),
    -- Tokens of the answer; 0 and 0 on the gradient path.
    span_start   UInt32 CODEC(T64, ZSTD),
    span_len     UInt32 CODEC(T64, ZSTD),
    score        Int64 CODEC(T64, ZSTD),
    df           UInt32 CODEC(T64, ZSTD)
)
ENGINE = {{engine}}
ORDER BY (inference_no, path, span_start, span_len, record_no, cluster_id)
SETTINGS {{dedup_window}};

-- Every Paid event of the chain.
CREATE TABLE IF NOT EXISTS tributary.payout {{cluster}}
(
    account_id   UInt64 CODEC(T64, ZSTD),
    epoch_id     UInt32 CODEC(T64, ZSTD),
    amount       Int256 CODEC(ZSTD),
    cumulative   Int256 CODEC(ZSTD),
    payee        String CODEC(ZSTD),
    tx_hash      String CODEC(ZSTD),
    block_number UInt64 CODEC(DoubleDelta, ZSTD),
    CONSTRAINT amount_in_range CHECK amount >= 0 AND amount <= toInt256('1000000000000000000000000000000')
)
ENGINE = {{engine}}
ORDER BY (account_id, epoch_id, block_number)
SETTINGS {{dedup_window}};

-- One row each time the mirror has put everything up to a finalized block into the tables above.
CREATE TABLE IF NOT EXISTS tributary.mirrored_block {{cluster}}
(
    block_number UInt64 CODEC(DoubleDelta, ZSTD),
    block_time   DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD)
)
ENGINE = {{replacing}}
ORDER BY block_number
SETTINGS {{dedup_window}};

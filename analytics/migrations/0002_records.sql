-- Facts about records; their text is in the content store alone.
CREATE TABLE IF NOT EXISTS tributary.record {{cluster}}
(
    record_no       UInt64 CODEC(DoubleDelta, ZSTD),
    record_id       String CODEC(ZSTD),
    datanet_id      UInt64 CODEC(T64, ZSTD),
    contribution_id UInt64 CODEC(T64, ZSTD),
    account_id      UInt64 CODEC(T64, ZSTD),
    byte_length     UInt32 CODEC(T64, ZSTD),
    token_count     UInt32 CODEC(T64, ZSTD),
    kind            Enum8('text' = 1, 'qa' = 2, 'correction' = 3, 'preference' = 4) CODEC(ZSTD),
    label           String CODEC(ZSTD),
    package         String CODEC(ZSTD),
    INDEX record_id_index record_id TYPE bloom_filter GRANULARITY 1,
    -- Records of a contribution have neighbouring numbers, so a range tells much.
    INDEX datanet_id_index datanet_id TYPE set(64) GRANULARITY 1
)
ENGINE = {{replacing}}
ORDER BY record_no
SETTINGS {{dedup_window}};

-- The cluster of a record since seq; the highest seq holds.
CREATE TABLE IF NOT EXISTS tributary.record_cluster {{cluster}}
(
    record_no  UInt64 CODEC(DoubleDelta, ZSTD),
    cluster_id UInt64 CODEC(T64, ZSTD),
    seq        UInt64 CODEC(T64, ZSTD)
)
ENGINE = {{replacing}}
ORDER BY (record_no, seq)
SETTINGS {{dedup_window}};

-- Immutable token segments of a Datanet's suffix index, in the order of seq.
CREATE TABLE IF NOT EXISTS tributary.segment {{cluster}}
(
    datanet_id      UInt64 CODEC(T64, ZSTD),
    tokenizer_hash  String CODEC(ZSTD),
    seq             UInt64 CODEC(T64, ZSTD),
    first_record_no UInt64 CODEC(T64, ZSTD),
    last_record_no  UInt64 CODEC(T64, ZSTD),
    tokens          UInt64 CODEC(T64, ZSTD),
    manifest_hash   String CODEC(ZSTD)
)
ENGINE = {{replacing}}
ORDER BY (datanet_id, tokenizer_hash, seq)
SETTINGS {{dedup_window}};

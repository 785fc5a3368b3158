-- Which batches `insertOnce` has put in, and what they held: ClickHouse itself remembers the last
-- of them only, and takes other rows under a known token for the same.
CREATE TABLE IF NOT EXISTS tributary.inserted_batch {{cluster}}
(
    table    LowCardinality(String) CODEC(ZSTD),
    token    String CODEC(ZSTD),
    checksum String CODEC(ZSTD)
)
ENGINE = {{replacing}}
ORDER BY (table, token, checksum)
SETTINGS {{dedup_window}};

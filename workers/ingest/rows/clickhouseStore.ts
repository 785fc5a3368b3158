import { createHash } from 'node:crypto'
import { AnalyticsUnavailableError } from '@tributary/analytics/client/AnalyticsError'
import type { AnalyticsClient } from '@tributary/analytics/client/clickhouse'
import { insertOnce, MOST_ROWS } from '@tributary/analytics/client/insertOnce'
import type { TableName, TableRow } from '@tributary/analytics/tables/tables'
import { errorMessage } from '../../process/errorMessage.ts'
import { log } from '../../process/log.ts'
import { sleep } from '../../process/sleep.ts'
import type { IngestState, IngestStore, SegmentRow } from './ingestStore.ts'

/**
 * Ingest's rows in ClickHouse.
 *
 * @param signal ends the repetition of a write while ClickHouse is away
 */
export function createClickhouseStore(client: AnalyticsClient, signal: AbortSignal): IngestStore {
  /** Other rows under a known token would be dropped, so a batch is repeated as it is. */
  async function insert<Name extends TableName>(
    table: Name,
    rows: readonly TableRow<Name>[],
    token: string,
  ): Promise<void> {
    for (;;) {
      try {
        return await insertOnce(client, table, rows, token)
      } catch (error) {
        if (!(error instanceof AnalyticsUnavailableError)) throw error
        signal.throwIfAborted()
        log('ingest', 'a write waits for ClickHouse', { table, error: errorMessage(error) })
        await sleep(1000, signal)
      }
    }
  }
  async function select<Row>(query: string): Promise<Row[]> {
    const result = await client.query({ query, format: 'JSONEachRow' })
    return result.json<Row>()
  }

  return {
    async load(): Promise<IngestState> {
      const records = await select<{
        record_no: string
        record_id: string
        contribution_id: string
        cluster_id: string
      }>(
        `SELECT r.record_no AS record_no, r.record_id AS record_id,
           r.contribution_id AS contribution_id, c.cluster_id AS cluster_id
         FROM tributary.record AS r FINAL
         INNER JOIN (
           SELECT record_no, argMax(cluster_id, seq) AS cluster_id
           FROM tributary.record_cluster GROUP BY record_no
         ) AS c ON c.record_no = r.record_no
         ORDER BY record_no`,
      )
      const segments = await select<Record<string, string>>(
        `SELECT datanet_id, tokenizer_hash, seq, first_record_no, last_record_no, tokens,
           manifest_hash
         FROM tributary.segment FINAL ORDER BY datanet_id, tokenizer_hash, seq`,
      )
      const [last] = await select<{ seq: string }>(
        'SELECT max(seq) AS seq FROM tributary.record_cluster',
      )
      return {
        records: records.map((row) => ({
          recordNo: BigInt(row.record_no),
          recordId: row.record_id,
          contributionId: BigInt(row.contribution_id),
          clusterId: BigInt(row.cluster_id),
        })),
        segments: segments.map(segmentFromRow),
        clusterSeq: Number(last.seq),
      }
    },
    async insertRecords(contributionId, rows) {
      for (let from = 0; from < rows.length; from += MOST_ROWS) {
        const part = rows.slice(from, from + MOST_ROWS).map((row) => ({
          record_no: row.recordNo,
          record_id: row.recordId,
          datanet_id: row.datanetId,
          contribution_id: row.contributionId,
          account_id: row.accountId,
          byte_length: row.byteLength,
          token_count: row.tokenCount,
          kind: row.kind,
          label: row.label,
          package: row.package,
        }))
        await insert('record', part, `record-${contributionId}-${from}`)
      }
    },
    async insertClusters(seq, rows) {
      for (let from = 0; from < rows.length; from += MOST_ROWS) {
        const part = rows.slice(from, from + MOST_ROWS).map(({ recordNo, clusterId }) => ({
          record_no: recordNo,
          cluster_id: clusterId,
          seq: BigInt(seq),
        }))
        await insert('record_cluster', part, `cluster-${seq}-${from}`)
      }
    },
    async insertSegment(row) {
      const part = {
        datanet_id: row.datanetId,
        tokenizer_hash: row.tokenizerHash,
        seq: BigInt(row.seq),
        first_record_no: row.firstRecordNo,
        last_record_no: row.lastRecordNo,
        tokens: BigInt(row.tokens),
        manifest_hash: row.manifestHash,
      }
      const name = createHash('sha256')
        .update(row.tokenizerHash + row.manifestHash)
        .digest('hex')
      await insert('segment', [part], `segment-${row.datanetId}-${row.seq}-${name.slice(0, 32)}`)
    },
  }
}

function segmentFromRow(row: Record<string, string>): SegmentRow {
  return {
    datanetId: BigInt(row.datanet_id),
    tokenizerHash: row.tokenizer_hash,
    seq: Number(row.seq),
    firstRecordNo: BigInt(row.first_record_no),
    lastRecordNo: BigInt(row.last_record_no),
    tokens: Number(row.tokens),
    manifestHash: row.manifest_hash,
  }
}

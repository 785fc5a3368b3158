import type { AnalyticsClient } from '@tributary/analytics/client/clickhouse'
import type { Snapshot } from '@tributary/protocol/records/snapshotRoot'
import type { Candidate } from './candidate.ts'

/** A token segment that holds records of a Datanet. */
export interface StoredSegment {
  datanetId: bigint
  lastRecordNo: bigint
  /** sha256 of its blob in the content store. */
  manifestHash: string
}

/** What ingest has written about records and their tokens. */
export interface CandidateStore {
  /** Changes whenever anything below may have changed. */
  version(): Promise<string>
  /** The records of a model's snapshots, by number. */
  candidates(snapshots: readonly Snapshot[]): Promise<Map<bigint, Candidate>>
  /** The segments of a tokenizer that may hold records of the snapshots, by Datanet and number. */
  segments(snapshots: readonly Snapshot[], tokenizerHash: string): Promise<StoredSegment[]>
}

/** {@link CandidateStore} over the tables of ClickHouse. */
export function createCandidateStore(client: AnalyticsClient): CandidateStore {
  async function select(
    query: string,
    query_params: Record<string, unknown> = {},
  ): Promise<Record<string, string>[]> {
    const result = await client.query({ query, query_params, format: 'JSONEachRow' })
    return result.json<Record<string, string>>()
  }
  /** Datanets and the last record of each, as two lists that the query joins by their place. */
  const places = (snapshots: readonly Snapshot[]) => ({
    datanets: snapshots.map(({ datanetId }) => datanetId),
    lasts: snapshots.map(({ lastRecordNo }) => lastRecordNo),
  })

  return {
    async version() {
      const [row] = await select(
        `SELECT (SELECT max(seq) FROM tributary.record_cluster) AS clusters,
           (SELECT count() FROM tributary.record) AS records,
           (SELECT count() FROM tributary.segment) AS segments`,
      )
      return `${row.clusters}-${row.records}-${row.segments}`
    },
    async candidates(snapshots) {
      const rows = await select(
        `SELECT r.record_no AS record_no, r.datanet_id AS datanet_id,
           r.account_id AS account_id, r.label AS label, c.cluster_id AS cluster_id
         FROM tributary.record AS r FINAL
         INNER JOIN (
           SELECT record_no, argMax(cluster_id, seq) AS cluster_id
           FROM tributary.record_cluster GROUP BY record_no
         ) AS c ON c.record_no = r.record_no
         WHERE has({datanets:Array(UInt64)}, r.datanet_id)
           AND r.record_no <= {lasts:Array(UInt64)}[indexOf({datanets:Array(UInt64)}, r.datanet_id)]
         ORDER BY record_no`,
        places(snapshots),
      )
      return new Map(
        rows.map((row) => [
          BigInt(row.record_no),
          {
            recordNo: BigInt(row.record_no),
            datanetId: BigInt(row.datanet_id),
            accountId: BigInt(row.account_id),
            clusterId: BigInt(row.cluster_id),
            label: row.label,
          },
        ]),
      )
    },
    async segments(snapshots, tokenizerHash) {
      const rows = await select(
        `SELECT datanet_id, last_record_no, manifest_hash
         FROM tributary.segment FINAL
         WHERE tokenizer_hash = {tokenizerHash:String}
           AND has({datanets:Array(UInt64)}, datanet_id)
           AND first_record_no
             <= {lasts:Array(UInt64)}[indexOf({datanets:Array(UInt64)}, datanet_id)]
         ORDER BY datanet_id, seq`,
        { ...places(snapshots), tokenizerHash },
      )
      return rows.map((row) => ({
        datanetId: BigInt(row.datanet_id),
        lastRecordNo: BigInt(row.last_record_no),
        manifestHash: row.manifest_hash,
      }))
    },
  }
}

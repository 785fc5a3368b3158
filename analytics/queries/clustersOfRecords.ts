import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface ClustersOfRecordsParams {
  recordNos: readonly bigint[]
}

export interface ClustersOfRecordsRow {
  recordNo: bigint
  clusterId: bigint
}

/** The evidence clusters to which records belong now; a record without one is left out. */
export async function clustersOfRecords(
  client: AnalyticsClient,
  { recordNos }: ClustersOfRecordsParams,
): Promise<ClustersOfRecordsRow[]> {
  return openQuery(client, { name: 'clustersOfRecords', seconds: 2 })
    .selectFrom('record_cluster as c')
    .select(['c.record_no as recordNo', sql<bigint>`argMax(c.cluster_id, c.seq)`.as('clusterId')])
    .where('c.record_no', 'in', ch.u64s(recordNos))
    .groupBy('c.record_no')
    .orderBy('c.record_no')
    .execute()
}

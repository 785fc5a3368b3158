import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface DatanetClustersParams {
  datanetId: bigint
}

/** A record that is not alone, or not the earliest, in its evidence cluster. */
export interface DatanetClustersRow {
  recordNo: bigint
  clusterId: bigint
}

/** The clusters of a Datanet's records, those left out whose cluster bears their own number. */
export async function datanetClusters(
  client: AnalyticsClient,
  { datanetId }: DatanetClustersParams,
): Promise<DatanetClustersRow[]> {
  const db = openQuery(client, { name: 'datanetClusters', seconds: 3 })
  return db
    .selectFrom('record_cluster as c')
    .select(['c.record_no as recordNo', sql<bigint>`argMax(c.cluster_id, c.seq)`.as('clusterId')])
    .where('c.record_no', 'in', (query) =>
      query
        .selectFrom('record as r')
        .select('r.record_no')
        .where('r.datanet_id', '=', ch.u64(datanetId)),
    )
    .groupBy('c.record_no')
    .having(sql<boolean>`argMax(c.cluster_id, c.seq) != c.record_no`)
    .orderBy('c.record_no')
    .execute()
}

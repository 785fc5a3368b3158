import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface DatanetRecordCountsParams {
  datanetIds: readonly bigint[]
}

/** How many records of a Datanet are ingested. */
export interface DatanetRecordCountsRow {
  datanetId: bigint
  records: bigint
  tokens: bigint
}

/** What the ingest stage has taken in; a Datanet without records is left out. */
export async function datanetRecordCounts(
  client: AnalyticsClient,
  { datanetIds }: DatanetRecordCountsParams,
): Promise<DatanetRecordCountsRow[]> {
  const db = openQuery(client, { name: 'datanetRecordCounts', seconds: 2 })
  // A record that was written twice counts once.
  const once = db
    .selectFrom('record as r')
    .select(['r.datanet_id', 'r.token_count'])
    .where('r.datanet_id', 'in', ch.u64s(datanetIds))
    .modifyEnd(sql`limit 1 by r.record_no`)
  return db
    .selectFrom(once.as('once'))
    .select([
      'once.datanet_id as datanetId',
      sql<bigint>`count()`.as('records'),
      sql<bigint>`sum(once.token_count)`.as('tokens'),
    ])
    .groupBy('once.datanet_id')
    .orderBy('once.datanet_id')
    .execute()
}

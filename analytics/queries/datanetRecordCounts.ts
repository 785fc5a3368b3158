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
  return openQuery(client, { name: 'datanetRecordCounts', seconds: 2 })
    .selectFrom('record as r')
    .select([
      'r.datanet_id as datanetId',
      sql<bigint>`uniqExact(r.record_no)`.as('records'),
      sql<bigint>`toUInt64(sum(r.token_count))`.as('tokens'),
    ])
    .where('r.datanet_id', 'in', ch.u64s(datanetIds))
    .groupBy('r.datanet_id')
    .orderBy('r.datanet_id')
    .execute()
}

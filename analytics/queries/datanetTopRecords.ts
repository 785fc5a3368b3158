import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface DatanetTopRecordsParams {
  datanetIds: readonly bigint[]
  /** Records a Datanet at most. */
  limit: number
}

/** What a record earned for its account. */
export interface DatanetTopRecordsRow {
  datanetId: bigint
  recordNo: bigint
  accountId: bigint
  wei: bigint
  /** Ledger lines. */
  lines: bigint
}

/** The records of Datanets that earned most. */
export async function datanetTopRecords(
  client: AnalyticsClient,
  { datanetIds, limit }: DatanetTopRecordsParams,
): Promise<DatanetTopRecordsRow[]> {
  return openQuery(client, { name: 'datanetTopRecords', seconds: 2 })
    .selectFrom('earnings_datanet_record as e')
    .select([
      'e.datanet_id as datanetId',
      'e.record_no as recordNo',
      'e.account_id as accountId',
      sql<bigint>`sum(e.wei)`.as('wei'),
      sql<bigint>`sum(e.lines)`.as('lines'),
    ])
    .where('e.datanet_id', 'in', ch.u64s(datanetIds))
    .groupBy(['e.datanet_id', 'e.record_no', 'e.account_id'])
    .orderBy('e.datanet_id')
    .orderBy(sql`sum(e.wei)`, 'desc')
    .orderBy('e.record_no')
    .modifyEnd(sql`limit ${ch.u32(limit)} by e.datanet_id`)
    .execute()
}

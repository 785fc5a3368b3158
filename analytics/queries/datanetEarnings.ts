import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface DatanetEarningsParams {
  datanetIds: readonly bigint[]
}

/** What the records of a Datanet earned. */
export interface DatanetEarningsRow {
  datanetId: bigint
  wei: bigint
  /** Ledger lines. */
  lines: bigint
  /** Records that earned. */
  records: bigint
  /** Accounts that earned. */
  accounts: bigint
}

/** What the records of Datanets earned, over all epochs. */
export async function datanetEarnings(
  client: AnalyticsClient,
  { datanetIds }: DatanetEarningsParams,
): Promise<DatanetEarningsRow[]> {
  return openQuery(client, { name: 'datanetEarnings', seconds: 2 })
    .selectFrom('earnings_datanet_record as e')
    .select([
      'e.datanet_id as datanetId',
      sql<bigint>`sum(e.wei)`.as('wei'),
      sql<bigint>`sum(e.lines)`.as('lines'),
      sql<bigint>`uniqExact(e.record_no)`.as('records'),
      sql<bigint>`uniqExact(e.account_id)`.as('accounts'),
    ])
    .where('e.datanet_id', 'in', ch.u64s(datanetIds))
    .groupBy('e.datanet_id')
    .orderBy('e.datanet_id')
    .execute()
}

import type { LedgerPath, LedgerRole } from '@tributary/protocol/fees/inferenceLines'
import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface AccountTotalsParams {
  accountIds: readonly bigint[]
}

/** What an account earned in one role, over all epochs; an account's total is the sum of its rows. */
export interface AccountTotalsRow {
  accountId: bigint
  role: LedgerRole
  path: LedgerPath
  wei: bigint
  lines: bigint
  firstEpoch: number
  lastEpoch: number
}

/** All that accounts earned, by role and path. */
export async function accountTotals(
  client: AnalyticsClient,
  { accountIds }: AccountTotalsParams,
): Promise<AccountTotalsRow[]> {
  return openQuery(client, { name: 'accountTotals', seconds: 2 })
    .selectFrom('earnings_account_epoch as e')
    .select([
      'e.account_id as accountId',
      'e.role',
      'e.path',
      sql<bigint>`sum(e.wei)`.as('wei'),
      sql<bigint>`sum(e.lines)`.as('lines'),
      sql<number>`min(e.epoch_id)`.as('firstEpoch'),
      sql<number>`max(e.epoch_id)`.as('lastEpoch'),
    ])
    .where('e.account_id', 'in', ch.u64s(accountIds))
    .groupBy(['e.account_id', 'e.role', 'e.path'])
    .orderBy('e.account_id')
    .orderBy('e.role')
    .orderBy('e.path')
    .execute()
}

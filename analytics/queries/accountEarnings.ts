import type { LedgerPath, LedgerRole } from '@tributary/protocol/fees/inferenceLines'
import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface AccountEarningsParams {
  accountIds: readonly bigint[]
  /** Only epochs before this one: the next page goes on where the last ended. */
  beforeEpoch?: number
  /** Rows an account at most, newest epochs first; a row is an epoch, role and path. */
  limit: number
}

/** What an account earned in an epoch in one role. */
export interface AccountEarningsRow {
  accountId: bigint
  epochId: number
  role: LedgerRole
  path: LedgerPath
  wei: bigint
  lines: bigint
}

/** What accounts earned, epoch by epoch, newest first. */
export async function accountEarnings(
  client: AnalyticsClient,
  { accountIds, beforeEpoch, limit }: AccountEarningsParams,
): Promise<AccountEarningsRow[]> {
  return openQuery(client, { name: 'accountEarnings', seconds: 2 })
    .selectFrom('earnings_account_epoch as e')
    .select([
      'e.account_id as accountId',
      'e.epoch_id as epochId',
      'e.role',
      'e.path',
      sql<bigint>`sum(e.wei)`.as('wei'),
      sql<bigint>`sum(e.lines)`.as('lines'),
    ])
    .where('e.account_id', 'in', ch.u64s(accountIds))
    .$if(beforeEpoch !== undefined, (query) =>
      query.where('e.epoch_id', '<', ch.u32(beforeEpoch as number)),
    )
    .groupBy(['e.account_id', 'e.epoch_id', 'e.role', 'e.path'])
    .orderBy('e.account_id')
    .orderBy('e.epoch_id', 'desc')
    .orderBy('e.role')
    .orderBy('e.path')
    .modifyEnd(sql`limit ${ch.u32(limit)} by e.account_id`)
    .execute()
}

import type { LedgerRole } from '@tributary/protocol/fees/inferenceLines'
import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface EpochTotalsParams {
  epochIds: readonly number[]
}

/** What an epoch paid to one role. */
export interface EpochTotalsRow {
  epochId: number
  role: LedgerRole
  wei: bigint
  lines: bigint
  accounts: bigint
}

/** What epochs paid, by role. */
export async function epochTotals(
  client: AnalyticsClient,
  { epochIds }: EpochTotalsParams,
): Promise<EpochTotalsRow[]> {
  return openQuery(client, { name: 'epochTotals', seconds: 2 })
    .selectFrom('earnings_account_epoch as e')
    .select([
      'e.epoch_id as epochId',
      'e.role',
      sql<bigint>`sum(e.wei)`.as('wei'),
      sql<bigint>`sum(e.lines)`.as('lines'),
      sql<bigint>`uniqExact(e.account_id)`.as('accounts'),
    ])
    .where('e.epoch_id', 'in', ch.u32s(epochIds))
    .groupBy(['e.epoch_id', 'e.role'])
    .orderBy('e.epoch_id')
    .orderBy('e.role')
    .execute()
}

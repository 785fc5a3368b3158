import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface TopContributorsParams {
  limit: number
}

/** What an account earned with its records. */
export interface TopContributorsRow {
  accountId: bigint
  wei: bigint
  /** Ledger lines. */
  lines: bigint
}

/** The accounts that earned most with their records, over all epochs. */
export async function topContributors(
  client: AnalyticsClient,
  { limit }: TopContributorsParams,
): Promise<TopContributorsRow[]> {
  return openQuery(client, { name: 'topContributors', seconds: 3 })
    .selectFrom('earnings_account_epoch as e')
    .select([
      'e.account_id as accountId',
      sql<bigint>`sum(e.wei)`.as('wei'),
      sql<bigint>`sum(e.lines)`.as('lines'),
    ])
    .where('e.role', '=', sql.lit('contributor' as const))
    .groupBy('e.account_id')
    .orderBy(sql`sum(e.wei)`, 'desc')
    .orderBy('e.account_id')
    .limit(ch.u32(limit))
    .execute()
}

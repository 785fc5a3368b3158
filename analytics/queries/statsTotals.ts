import type { LedgerRole } from '@tributary/protocol/fees/inferenceLines'
import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { openQuery } from '../dialect/openQuery.ts'

/** What went to one role. */
export interface RoleTotal {
  role: LedgerRole
  wei: bigint
  lines: bigint
}

/** Everything so far, of epochs that are final. */
export interface StatsTotals {
  inferences: bigint
  /** Wei of all fees. */
  fees: bigint
  tokensIn: bigint
  tokensOut: bigint
  /** Wei that went to contributors of records. */
  contributorWei: bigint
  /** Accounts that earned as contributors. */
  contributors: bigint
  /** Every role that got something; the wei sum to the fees. */
  roles: RoleTotal[]
}

/** The figures of the home page. */
export async function statsTotals(client: AnalyticsClient): Promise<StatsTotals> {
  const db = openQuery(client, { name: 'statsTotals', seconds: 3 })
  const [facts, roles] = await Promise.all([
    db
      .selectFrom('inference as i')
      .select([
        sql<bigint>`count()`.as('inferences'),
        sql<bigint>`sum(i.fee)`.as('fees'),
        sql<bigint>`sum(i.tokens_in)`.as('tokensIn'),
        sql<bigint>`sum(i.tokens_out)`.as('tokensOut'),
      ])
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('earnings_account_epoch as e')
      .select([
        'e.role',
        sql<bigint>`sum(e.wei)`.as('wei'),
        sql<bigint>`sum(e.lines)`.as('lines'),
        sql<bigint>`uniqExact(e.account_id)`.as('accounts'),
      ])
      .groupBy('e.role')
      .orderBy('e.role')
      .execute(),
  ])
  const contributor = roles.find(({ role }) => role === 'contributor')
  return {
    ...facts,
    contributorWei: contributor?.wei ?? 0n,
    contributors: contributor?.accounts ?? 0n,
    roles: roles.map(({ role, wei, lines }) => ({ role, wei, lines })),
  }
}

import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface AccountLabelsParams {
  accountIds: readonly bigint[]
}

/** What an account's records call their author. */
export interface AccountLabel {
  accountId: bigint
  label: string
}

/** The label of each account's first record; accounts without a labelled record are left out. */
export async function accountLabels(
  client: AnalyticsClient,
  { accountIds }: AccountLabelsParams,
): Promise<AccountLabel[]> {
  return openQuery(client, { name: 'accountLabels', seconds: 2 })
    .selectFrom('record as r')
    .select(['r.account_id as accountId', sql<string>`argMin(r.label, r.record_no)`.as('label')])
    .where('r.account_id', 'in', ch.u64s(accountIds))
    .where('r.label', '!=', ch.text(''))
    .groupBy('r.account_id')
    .orderBy('r.account_id')
    .execute()
}

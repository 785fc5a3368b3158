import type { LedgerRole } from '@tributary/protocol/fees/inferenceLines'
import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface AccountInferencesParams {
  accountIds: readonly bigint[]
  /** Only inferences before this one: the next page goes on where the last ended. */
  beforeInference?: bigint
  /** Lines an account at most. */
  limit: number
}

/** One line of an answer that paid an account. */
export interface AccountInferencesRow {
  accountId: bigint
  inferenceNo: bigint
  lineNo: number
  ts: Date
  epochId: number
  role: LedgerRole
  modelId: bigint
  /** 0n, as `recordNo`, where the line is not about a record. */
  datanetId: bigint
  recordNo: bigint
  ppm: number
  /** After corrections. */
  wei: bigint
}

/** The answers that paid accounts, highest inference number first; taken-back lines are left out. */
export async function accountInferences(
  client: AnalyticsClient,
  { accountIds, beforeInference, limit }: AccountInferencesParams,
): Promise<AccountInferencesRow[]> {
  return openQuery(client, { name: 'accountInferences', seconds: 3 })
    .selectFrom('ledger_by_account as l')
    .select([
      'l.account_id as accountId',
      'l.inference_no as inferenceNo',
      'l.line_no as lineNo',
      sql<Date>`min(l.ts)`.as('ts'),
      sql<number>`max(l.epoch_id)`.as('epochId'),
      sql<LedgerRole>`any(l.role)`.as('role'),
      sql<bigint>`any(l.model_id)`.as('modelId'),
      sql<bigint>`any(l.datanet_id)`.as('datanetId'),
      sql<bigint>`any(l.record_no)`.as('recordNo'),
      sql<number>`any(l.ppm)`.as('ppm'),
      sql<bigint>`sum(l.wei * l.sign)`.as('wei'),
    ])
    .where('l.account_id', 'in', ch.u64s(accountIds))
    .$if(beforeInference !== undefined, (query) =>
      query.where('l.inference_no', '<', ch.u64(beforeInference as bigint)),
    )
    .groupBy(['l.account_id', 'l.inference_no', 'l.line_no'])
    .having(sql`sum(l.sign)`, '>', ch.i64(0n))
    .orderBy('l.account_id')
    .orderBy('l.inference_no', 'desc')
    .orderBy('l.line_no')
    .modifyEnd(sql`limit ${ch.u32(limit)} by l.account_id`)
    .execute()
}

import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

/** Which lines count as paid. */
export type LedgerPaidTotalParams =
  /** All of the epochs up to this one. */
  | { throughEpoch: number }
  /** All of these epochs. */
  | { epochs: readonly number[] }
  /** Of each account those of the epochs up to the one through which it was paid. */
  | { paidThrough: readonly { accountId: bigint; epochId: number }[] }

/**
 * Σ wei·sign over the ledger itself, not over a rollup: the ledger's side of the equality of
 * ledger, subgraph and contract.
 */
export async function ledgerPaidTotal(
  client: AnalyticsClient,
  params: LedgerPaidTotalParams,
): Promise<bigint> {
  const query = openQuery(client, { name: 'ledgerPaidTotal', seconds: 10 })
    .selectFrom('ledger as l')
    .select(sql<bigint>`sum(l.wei * l.sign)`.as('wei'))
  const { wei } = await ('throughEpoch' in params
    ? query.where('l.epoch_id', '<=', ch.u32(params.throughEpoch))
    : 'epochs' in params
      ? query.where('l.epoch_id', 'in', ch.u32s(params.epochs))
      : query.where(
          // An account that is not listed has been paid through epoch 0, that is, never.
          sql<boolean>`l.epoch_id <= transform(l.account_id, ${ch.u64s(params.paidThrough.map(({ accountId }) => accountId))}, ${ch.u32s(params.paidThrough.map(({ epochId }) => epochId))}, toUInt32(0))`,
        )
  ).executeTakeFirstOrThrow()
  return wei
}

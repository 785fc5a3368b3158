import type { PayoutRow } from '@tributary/analytics/tables/payout'
import type { PaymentFacts } from '../facts/finalFacts.ts'

/** Payments as rows, block by block, so that a block's rows are always the same. */
export function payoutRows(payments: readonly PaymentFacts[]): Map<number, PayoutRow[]> {
  const blocks = new Map<number, PayoutRow[]>()
  for (const payment of payments) {
    const rows = blocks.get(payment.blockNumber) ?? []
    blocks.set(payment.blockNumber, rows)
    rows.push({
      account_id: payment.accountId,
      epoch_id: Number(payment.epochId),
      amount: payment.amount,
      cumulative: payment.cumulative,
      payee: payment.payee,
      tx_hash: payment.transactionHash,
      block_number: BigInt(payment.blockNumber),
    })
  }
  return blocks
}

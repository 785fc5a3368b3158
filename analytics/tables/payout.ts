import { address, hash, i256, type RowOf, u32, u64 } from './column.ts'

/** A `Paid` event of the chain. */
export const payout = {
  account_id: u64,
  epoch_id: u32,
  /** Wei that moved. */
  amount: i256,
  /** Wei that the account has been paid ever since. */
  cumulative: i256,
  payee: address,
  tx_hash: hash,
  block_number: u64,
}

export type PayoutRow = RowOf<typeof payout>

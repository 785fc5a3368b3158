import type { Params } from '@tributary/protocol/attribution/params'
import type { BatchBody } from '@tributary/protocol/batches/batchBody'
import { inferenceLines } from '@tributary/protocol/fees/inferenceLines'
import type { CollectableVoucher } from '../chain/settlementChain.ts'

/** What a batch means in money. */
export interface BatchMoney {
  /** Wei that each account earns by it; sums to the batch's fees. */
  earnings: ReadonlyMap<bigint, bigint>
  /** Each payer's highest voucher in it, by payer. */
  vouchers: ReadonlyMap<bigint, CollectableVoucher>
}

/** Adds up a batch: every fee split by the one rule, and the vouchers that cover the fees. */
export function batchMoney(body: BatchBody, params: Params): BatchMoney {
  const earnings = new Map<bigint, bigint>()
  const vouchers = new Map<bigint, CollectableVoucher>()
  for (const entry of body.receipts) {
    for (const { accountId, wei } of inferenceLines(entry, params)) {
      earnings.set(accountId, (earnings.get(accountId) ?? 0n) + wei)
    }
    const { payerId, inferenceNo } = entry.receipt
    addVoucher(vouchers, {
      payerId,
      serviceId: body.serviceId,
      inferenceNo,
      ...entry.payerVoucher,
    })
  }
  return { earnings, vouchers }
}

/** Keeps a payer's voucher if it is the highest one so far. */
export function addVoucher(
  vouchers: Map<bigint, CollectableVoucher>,
  voucher: CollectableVoucher,
): void {
  const known = vouchers.get(voucher.payerId)
  if (known === undefined || voucher.cumulative > known.cumulative) {
    vouchers.set(voucher.payerId, voucher)
  }
}

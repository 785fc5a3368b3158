import type { BatchEntry } from '@tributary/protocol/batches/batchBody'
import type { SigningDomain } from '@tributary/protocol/receipts/receipt'
import { signReceipt } from '@tributary/protocol/receipts/receipt'
import { signVoucher } from '@tributary/protocol/receipts/voucher'
import { randomNumbers } from '@tributary/protocol/testing/randomNumbers'
import { sampleEntry } from '@tributary/protocol/testing/sampleEntry'
import type { Wallet } from 'ethers'

/** How the receipts of a test are made. */
export interface SampleReceipts {
  count: number
  service: Wallet
  /** Whoever asks, with the wallet that signs the vouchers. */
  payers: { payerId: bigint; wallet: Wallet }[]
  receiptDomain: SigningDomain
  voucherDomain: SigningDomain
  /** Changes an entry before it is signed, to fit a test's accounts. */
  adapt?(entry: BatchEntry, at: number): BatchEntry
}

/** Signed receipts from the service's first number on, paid by random payers with rising vouchers. */
export async function sampleReceipts(options: SampleReceipts): Promise<BatchEntry[]> {
  const { service, receiptDomain, voucherDomain } = options
  const random = randomNumbers(options.count)
  const owed = new Map<bigint, bigint>()
  const entries: BatchEntry[] = []
  for (let at = 0; at < options.count; at += 1) {
    const { payerId, wallet } = random.pick(options.payers)
    const seq = BigInt(at + 1)
    const sample = await sampleEntry({ seq, service, payer: wallet, receiptDomain, voucherDomain })
    const entry = options.adapt?.(sample.entry, at) ?? sample.entry
    const receipt = { ...entry.receipt, payerId }
    const cumulative = (owed.get(payerId) ?? 0n) + receipt.fee
    owed.set(payerId, cumulative)
    const voucher = { payerId, serviceId: 1, cumulative, inferenceNo: receipt.inferenceNo }
    entries.push({
      ...entry,
      receipt,
      signature: await signReceipt(receipt, receiptDomain, service),
      payerVoucher: { cumulative, signature: await signVoucher(voucher, voucherDomain, wallet) },
    })
  }
  return entries
}

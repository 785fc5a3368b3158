import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import { addVoucher, type BatchMoney } from '../bodies/batchMoney.ts'
import type { CollectableVoucher, CommittedBatch } from '../chain/settlementChain.ts'

/** Earnings do not agree with the fees that the chain holds, or a batch is missing. */
export class EarningsError extends TributaryError {}

/** Wei by account. */
export type Earnings = ReadonlyMap<bigint, bigint>

interface Settled {
  lastBatch: bigint
  /** Of that batch. */
  daCommitment: string
  earnings: Earnings
}

const NOTHING: Settled = { lastBatch: 0n, daCommitment: '', earnings: new Map() }

/**
 * What every account has earned up to a batch, by replaying all batches from the first. Each batch
 * is read once; those that an active epoch has settled are kept as one table.
 */
export class EarningsHistory {
  readonly #moneyOf: (batch: CommittedBatch) => Promise<BatchMoney>
  readonly #read = new Map<bigint, { daCommitment: string; money: BatchMoney }>()
  #settled: Settled = NOTHING

  /** @param moneyOf what one batch adds, from its verified body */
  constructor(moneyOf: (batch: CommittedBatch) => Promise<BatchMoney>) {
    this.#moneyOf = moneyOf
  }

  /**
   * Cumulative earnings with batch `lastBatch`; they sum to the fees of all batches up to it.
   *
   * @param batches finalized, batch n at n − 1
   */
  async through(batches: readonly CommittedBatch[], lastBatch: bigint): Promise<Earnings> {
    const settled = batches[Number(this.#settled.lastBatch) - 1]
    // The chain has lost what it had called final: what is known no longer holds.
    if ((settled?.daCommitment ?? '') !== this.#settled.daCommitment) this.#settled = NOTHING
    if (lastBatch > BigInt(batches.length) || lastBatch < this.#settled.lastBatch) {
      throw new EarningsError(
        `earnings are known from batch ${this.#settled.lastBatch} to ${batches.length}, not at ${lastBatch}`,
        { code: 'earnings_batch', hint: 'Wait until the block of the batch is finalized.' },
      )
    }
    const total = new Map(this.#settled.earnings)
    for (const batch of batches.slice(Number(this.#settled.lastBatch), Number(lastBatch))) {
      const { earnings } = await this.#money(batch)
      for (const [id, wei] of earnings) total.set(id, (total.get(id) ?? 0n) + wei)
    }
    return total
  }

  /** Each payer's highest voucher in these batches. */
  async vouchers(batches: readonly CommittedBatch[]): Promise<CollectableVoucher[]> {
    const highest = new Map<bigint, CollectableVoucher>()
    for (const batch of batches) {
      for (const voucher of (await this.#money(batch)).vouchers.values()) {
        addVoucher(highest, voucher)
      }
    }
    return [...highest.values()]
  }

  /** Earnings up to before batch `lastBatch` are not asked for any more. */
  async settle(batches: readonly CommittedBatch[], lastBatch: bigint): Promise<void> {
    if (lastBatch <= this.#settled.lastBatch) return
    const earnings = await this.through(batches, lastBatch)
    const { daCommitment } = batches[Number(lastBatch) - 1]
    this.#settled = { lastBatch, daCommitment, earnings }
    for (const batchId of this.#read.keys()) {
      if (batchId <= lastBatch) this.#read.delete(batchId)
    }
  }

  async #money(batch: CommittedBatch): Promise<BatchMoney> {
    const known = this.#read.get(batch.batchId)
    if (known?.daCommitment === batch.daCommitment) return known.money
    const money = await this.#moneyOf(batch)
    const sum = sumOf(money.earnings)
    if (sum !== batch.fees) {
      throw new EarningsError(
        `batch ${batch.batchId} has fees of ${batch.fees} wei on chain, but gives ${sum} wei to accounts`,
        { code: 'earnings_sum', hint: 'Its body and the chain disagree; nothing is posted.' },
      )
    }
    this.#read.set(batch.batchId, { daCommitment: batch.daCommitment, money })
    return money
  }
}

/** All wei of a table of earnings together. */
export function sumOf(earnings: Earnings): bigint {
  return [...earnings.values()].reduce((sum, wei) => sum + wei, 0n)
}

import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type { CommittedBatch } from '../chain/settlementChain.ts'

/** Earnings do not agree with the fees that the chain holds, or a batch is missing. */
export class EarningsError extends TributaryError {}

/** Wei by account. */
export type Earnings = ReadonlyMap<bigint, bigint>

/**
 * What every account has earned up to a batch, by replaying all batches from the first. Each batch
 * is read once; those that an active epoch has settled are kept as one table.
 */
export class EarningsHistory {
  readonly #earningsOf: (batch: CommittedBatch) => Promise<Earnings>
  readonly #added = new Map<bigint, Earnings>()
  #settled: { lastBatch: bigint; earnings: Earnings } = { lastBatch: 0n, earnings: new Map() }

  /** @param earningsOf what one batch adds, by account */
  constructor(earningsOf: (batch: CommittedBatch) => Promise<Earnings>) {
    this.#earningsOf = earningsOf
  }

  /**
   * Cumulative earnings with batch `lastBatch`; they sum to the fees of all batches up to it.
   *
   * @param batches finalized, batch n at n − 1
   */
  async through(batches: readonly CommittedBatch[], lastBatch: bigint): Promise<Earnings> {
    if (lastBatch > BigInt(batches.length) || lastBatch < this.#settled.lastBatch) {
      throw new EarningsError(
        `earnings are known from batch ${this.#settled.lastBatch} to ${batches.length}, not at ${lastBatch}`,
        { code: 'earnings_batch', hint: 'Wait until the block of the batch is finalized.' },
      )
    }
    const total = new Map(this.#settled.earnings)
    for (const batch of batches.slice(Number(this.#settled.lastBatch), Number(lastBatch))) {
      for (const [id, wei] of await this.#addedBy(batch)) total.set(id, (total.get(id) ?? 0n) + wei)
    }
    return total
  }

  /** Earnings up to before batch `lastBatch` are not asked for any more. */
  async settle(batches: readonly CommittedBatch[], lastBatch: bigint): Promise<void> {
    if (lastBatch <= this.#settled.lastBatch) return
    const earnings = await this.through(batches, lastBatch)
    this.#settled = { lastBatch, earnings }
    for (const batchId of this.#added.keys()) {
      if (batchId <= lastBatch) this.#added.delete(batchId)
    }
  }

  async #addedBy(batch: CommittedBatch): Promise<Earnings> {
    const known = this.#added.get(batch.batchId)
    if (known !== undefined) return known
    const added = await this.#earningsOf(batch)
    const sum = sumOf(added)
    if (sum !== batch.fees) {
      throw new EarningsError(
        `batch ${batch.batchId} has fees of ${batch.fees} wei on chain, but gives ${sum} wei to accounts`,
        { code: 'earnings_sum', hint: 'Its body and the chain disagree; nothing is posted.' },
      )
    }
    this.#added.set(batch.batchId, added)
    return added
  }
}

/** All wei of a table of earnings together. */
export function sumOf(earnings: Earnings): bigint {
  return [...earnings.values()].reduce((sum, wei) => sum + wei, 0n)
}

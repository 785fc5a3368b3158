import { verifySumProof } from '@tributary/protocol/merkle/merkleSumTree'
import { keccak256 } from 'ethers'
import {
  type ActiveEpoch,
  type BatchHead,
  type CollectableVoucher,
  type CommittedBatch,
  type EpochHead,
  type NewBatch,
  type NewEpoch,
  type Payout,
  RefusedError,
  type SettlementChain,
} from '../chain/settlementChain.ts'

interface SimulatedEpoch extends NewEpoch {
  activatesAt: bigint
  postedAt: bigint
  disabled: boolean
}

interface State {
  batches: CommittedBatch[]
  epochs: SimulatedEpoch[]
  collected: Map<bigint, bigint>
  paid: Map<bigint, bigint>
}

const FIRST_INFERENCE = (1n << 48n) + 1n
const BLOCK_SECONDS = 2n
const CHALLENGE_SECONDS = 20n
/** A block is final once this many, itself counted, stand on its place and above. */
export const UNFINAL_BLOCKS = 4

/**
 * The settlement contract's rules in memory, block by block, so that tests can take blocks back.
 * Every write is a block of its own.
 */
export class SimulatedChain implements SettlementChain {
  readonly #commitments = new Map<string, string>()
  /** Accounts that a push cannot name at all. */
  readonly unknownAccounts = new Set<bigint>()
  /** Accounts whose payee takes no money. */
  readonly refusingAccounts = new Set<bigint>()
  #blocks: State[] = [{ batches: [], epochs: [], collected: new Map(), paid: new Map() }]

  /** A block without transactions. */
  mine(): void {
    this.#write(() => {})
  }

  /**
   * Takes the newest blocks back and puts empty ones in their place: time never goes back. From
   * UNFINAL_BLOCKS on, blocks are lost that were called final, as by a node with a damaged state.
   */
  reorg(depth: number): void {
    const kept = Math.max(1, this.#blocks.length - depth)
    const length = this.#blocks.length
    this.#blocks = this.#blocks.slice(0, kept)
    while (this.#blocks.length < length) this.mine()
  }

  /** What a guardian does to an epoch whose window is still open. */
  disable(epochId: bigint): void {
    if (this.#now() >= this.#latest.epochs[Number(epochId) - 1].activatesAt) return
    this.#write(({ epochs }) => {
      for (const epoch of epochs) if (epoch.epochId >= epochId) epoch.disabled = true
    })
  }

  get epochs(): readonly SimulatedEpoch[] {
    return this.#latest.epochs
  }

  async now(): Promise<bigint> {
    return this.#now()
  }

  async batchHead(): Promise<BatchHead> {
    const last = this.#latest.batches.at(-1)
    return {
      serviceId: 1,
      batchId: (last?.batchId ?? 0n) + 1n,
      inferenceNo:
        last === undefined ? FIRST_INFERENCE : last.firstInferenceNo + BigInt(last.count),
      paramsVersions: { from: last?.paramsVersion ?? 0, to: 1 },
    }
  }

  async finalBatches(): Promise<readonly CommittedBatch[]> {
    return this.#final.batches
  }

  async epochHead(): Promise<EpochHead> {
    const { epochs } = this.#latest
    const good = epochs.filter(({ disabled }) => !disabled).at(-1)
    return {
      epochId: BigInt(epochs.length) + 1n,
      firstBatch: (good?.lastBatch ?? 0n) + 1n,
      sum: good?.sum ?? 0n,
      postedAt: epochs.at(-1)?.postedAt ?? 0n,
    }
  }

  async activeEpoch(): Promise<ActiveEpoch | undefined> {
    return this.#latest.epochs.findLast(
      ({ disabled, activatesAt }) => !disabled && activatesAt <= this.#now(),
    )
  }

  async finalPaid(): Promise<ReadonlyMap<bigint, bigint>> {
    return this.#final.paid
  }

  async paidOf(accountIds: readonly bigint[]): Promise<Map<bigint, bigint>> {
    return new Map(accountIds.map((id) => [id, this.#latest.paid.get(id) ?? 0n]))
  }

  async collectedOf(payerId: bigint): Promise<bigint> {
    return this.#latest.collected.get(payerId) ?? 0n
  }

  async totalCollected(): Promise<bigint> {
    return [...this.#latest.collected.values()].reduce((sum, wei) => sum + wei, 0n)
  }

  async commitmentOf(batch: CommittedBatch): Promise<string> {
    return this.#commitments.get(batch.daCommitment) as string
  }

  async commitBatch(batch: NewBatch, commitment: string): Promise<void> {
    const head = await this.batchHead()
    if (batch.batchId !== head.batchId || batch.firstInferenceNo !== head.inferenceNo) {
      throw refused(`batch ${batch.batchId} instead of ${head.batchId}`)
    }
    const daCommitment = keccak256(commitment)
    this.#commitments.set(daCommitment, commitment)
    this.#write(({ batches }) =>
      batches.push({
        ...batch,
        daCommitment,
        blockNumber: this.#blocks.length,
        transactionHash: daCommitment,
      }),
    )
  }

  async collect({ payerId, cumulative }: CollectableVoucher): Promise<void> {
    if (cumulative <= (await this.collectedOf(payerId))) throw refused('a stale voucher')
    this.#write(({ collected }) => collected.set(payerId, cumulative))
  }

  async postEpoch(epoch: NewEpoch, commitment: string): Promise<void> {
    const head = await this.epochHead()
    const { batches } = this.#latest
    const range = batches.slice(Number(epoch.firstBatch) - 1, Number(epoch.lastBatch))
    const sum = range.reduce((total, { fees }) => total + fees, head.sum)
    if (
      epoch.epochId !== head.epochId ||
      epoch.firstBatch !== head.firstBatch ||
      epoch.lastBatch < epoch.firstBatch ||
      epoch.lastBatch > BigInt(batches.length) ||
      epoch.sum !== sum ||
      (await this.totalCollected()) < sum
    ) {
      throw refused(`epoch ${epoch.epochId}`)
    }
    this.#commitments.set(keccak256(commitment), commitment)
    const postedAt = this.#now() + BLOCK_SECONDS
    const activatesAt = postedAt + CHALLENGE_SECONDS
    this.#write(({ epochs }) => epochs.push({ ...epoch, postedAt, activatesAt, disabled: false }))
  }

  async push(epochId: bigint, payouts: readonly Payout[]): Promise<void> {
    const epoch = this.#latest.epochs[Number(epochId) - 1]
    if (epoch === undefined || epoch.disabled || epoch.activatesAt > this.#now()) {
      throw refused(`epoch ${epochId} does not pay`)
    }
    const root = { hash: epoch.root, sum: epoch.sum }
    for (const { accountId, cumulative, proof } of payouts) {
      const leaf = { id: accountId, cumulative, siblings: proof }
      if (this.unknownAccounts.has(accountId) || !verifySumProof(leaf, epoch.depth, root)) {
        throw refused(`account ${accountId} of epoch ${epochId}`)
      }
    }
    this.#write(({ paid }) => {
      for (const { accountId, cumulative } of payouts) {
        if (this.refusingAccounts.has(accountId)) continue
        if (cumulative > (paid.get(accountId) ?? 0n)) paid.set(accountId, cumulative)
      }
    })
  }

  get #latest(): State {
    return this.#blocks.at(-1) as State
  }

  get #final(): State {
    return this.#blocks[Math.max(0, this.#blocks.length - UNFINAL_BLOCKS)]
  }

  #now(): bigint {
    return BigInt(this.#blocks.length) * BLOCK_SECONDS
  }

  #write(change: (state: State) => void): void {
    const state = structuredClone(this.#latest)
    change(state)
    this.#blocks.push(state)
  }
}

function refused(what: string): RefusedError {
  return new RefusedError(`refused: ${what}`, { code: 'simulated_refusal' })
}

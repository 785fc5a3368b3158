import { epochTree } from '@tributary/protocol/batches/epochBody'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type { MerkleSumTree } from '@tributary/protocol/merkle/merkleSumTree'
import { type ActiveEpoch, RefusedError, type SettlementChain } from '../chain/settlementChain.ts'
import type { EarningsHistory } from '../epochs/earningsHistory.ts'
import { planPushes } from './planPushes.ts'

const FIRST_RETRY_SECONDS = 10
const LAST_RETRY_SECONDS = 3_600

/** An epoch on chain has another root than its batches give. */
export class WrongRootError extends TributaryError {}

/**
 * Pays everybody what the newest active epoch says, so that nobody has to claim. What was paid
 * already is read from the chain, so a payment is never made twice.
 */
export class Keeper {
  readonly #chain: SettlementChain
  readonly #history: EarningsHistory
  readonly #minPayout: bigint
  /** Accounts whose money was not taken: how often, and the chain time of the next try. */
  readonly #refused = new Map<bigint, { tries: number; retryAt: bigint }>()

  /** @param minPayout wei that must be owed to an account before it is pushed */
  constructor(chain: SettlementChain, history: EarningsHistory, minPayout: bigint) {
    this.#chain = chain
    this.#history = history
    this.#minPayout = minPayout
  }

  /** Pushes what is owed now; returns how many accounts were tried. */
  async pushAll(): Promise<number> {
    const active = await this.#chain.activeEpoch()
    if (active === undefined) return 0
    const batches = await this.#chain.finalBatches()
    // Its last batch may still be unfinal where another poster settles sooner than we do.
    if (active.lastBatch > BigInt(batches.length)) return 0
    await this.#history.settle(batches, active.lastBatch)
    const earnings = await this.#history.through(batches, active.lastBatch)

    const finalPaid = await this.#chain.finalPaid()
    const owed = new Map([...earnings].filter(([id, wei]) => (finalPaid.get(id) ?? 0n) < wei))
    if (owed.size === 0) return 0
    const paid = await this.#chain.paidOf([...owed.keys()])
    const time = await this.#chain.now()
    for (const id of owed.keys()) {
      if ((this.#refused.get(id)?.retryAt ?? 0n) > time) owed.delete(id)
    }
    const chunks = planPushes(owed, paid, this.#minPayout)
    if (chunks.length === 0) return 0

    const tree = epochTree({ cumulative: new Map(earnings) })
    if (tree.root.hash !== active.root || tree.root.sum !== active.sum) {
      throw new WrongRootError(
        `epoch ${active.epochId} has root ${active.root} over ${active.sum} wei on chain, its batches give ${tree.root.hash} over ${tree.root.sum} wei`,
        { code: 'epoch_root', hint: 'Nothing is paid from it; challenge or disable the epoch.' },
      )
    }
    await Promise.all(chunks.map((ids) => this.#push(active, tree, ids)))
    const after = await this.#chain.paidOf(chunks.flat())
    for (const id of chunks.flat()) {
      if ((after.get(id) ?? 0n) === earnings.get(id)) {
        this.#refused.delete(id)
        continue
      }
      // The payee refuses, or a reorg took the push back: try again later, and ever less often.
      const tries = (this.#refused.get(id)?.tries ?? 0) + 1
      const wait = Math.min(FIRST_RETRY_SECONDS * 2 ** (tries - 1), LAST_RETRY_SECONDS)
      this.#refused.set(id, { tries, retryAt: time + BigInt(wait) })
    }
    return chunks.flat().length
  }

  /** One account that cannot be pushed at all must not hold up the others of its chunk. */
  async #push(epoch: ActiveEpoch, tree: MerkleSumTree, ids: bigint[]): Promise<void> {
    const payouts = ids.map((accountId) => {
      const { cumulative, siblings } = tree.proof(accountId)
      return { accountId, cumulative, proof: siblings }
    })
    try {
      await this.#chain.push(epoch.epochId, payouts)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      if (ids.length === 1) return
      const half = Math.ceil(ids.length / 2)
      await this.#push(epoch, tree, ids.slice(0, half))
      await this.#push(epoch, tree, ids.slice(half))
    }
  }
}

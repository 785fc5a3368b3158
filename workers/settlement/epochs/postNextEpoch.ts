import { encodeEpochBody, epochTree } from '@tributary/protocol/batches/epochBody'
import type { BodyStore } from '../bodies/batchBodies.ts'
import type { SettlementChain } from '../chain/settlementChain.ts'
import { EarningsError, type EarningsHistory } from './earningsHistory.ts'
import { planEpoch } from './planEpoch.ts'

/**
 * Posts the next epoch when the last one is old enough and there are batches to settle: collects
 * the vouchers that cover their fees, replays everybody's earnings, stores them, and posts the root.
 * A batch counts only once its block is finalized, because a root over a batch that a reorg takes
 * back would be wrong. The batches of a disabled epoch are open again and are posted anew.
 *
 * @param epochSeconds least time between two epochs, on the chain's clock
 * @returns the id of the epoch posted, if any
 */
export async function postNextEpoch(
  chain: SettlementChain,
  store: BodyStore,
  history: EarningsHistory,
  epochSeconds: number,
): Promise<bigint | undefined> {
  const head = await chain.epochHead()
  if (head.postedAt > 0n && (await chain.now()) < head.postedAt + BigInt(epochSeconds)) {
    return undefined
  }
  const batches = await chain.finalBatches()
  const plan = planEpoch(head, batches)
  if (plan === undefined) return undefined

  const vouchers = await history.vouchers(plan.batches)
  await Promise.all(
    vouchers.map(async (voucher) => {
      if ((await chain.collectedOf(voucher.payerId)) < voucher.cumulative) {
        await chain.collect(voucher)
      }
    }),
  )
  const collected = await chain.totalCollected()
  if (collected < plan.sum) {
    throw new EarningsError(
      `epoch ${plan.epochId} needs ${plan.sum} wei, but only ${collected} wei were collected from escrow`,
      { code: 'epoch_collected', hint: 'A payer took its money out, or a voucher is too low.' },
    )
  }

  const earnings = await history.through(batches, plan.lastBatch)
  const tree = epochTree({ cumulative: new Map(earnings) })
  if (tree.root.sum !== plan.sum) {
    throw new EarningsError(
      `epoch ${plan.epochId} sums to ${tree.root.sum} wei by replay and to ${plan.sum} wei on chain`,
      { code: 'epoch_sum', hint: 'An earlier epoch was posted over other batches; disable it.' },
    )
  }
  const { epochId, firstBatch, lastBatch, paramsVersion } = plan
  const range = { epochId, firstBatch, lastBatch, paramsVersion }
  const commitment = await store.put(
    encodeEpochBody({ v: 1, ...range, cumulative: new Map(earnings) }),
  )
  await chain.postEpoch(
    { ...range, root: tree.root.hash, sum: tree.root.sum, depth: tree.depth },
    commitment,
  )
  return epochId
}

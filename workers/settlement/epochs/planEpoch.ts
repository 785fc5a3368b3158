import type { CommittedBatch, EpochHead } from '../chain/settlementChain.ts'

/** The batches that one epoch is to settle. */
export interface EpochPlan {
  epochId: bigint
  firstBatch: bigint
  lastBatch: bigint
  paramsVersion: number
  /** What all accounts have earned with it: the sum before and the fees of its batches. */
  sum: bigint
  batches: CommittedBatch[]
}

/**
 * The next epoch: all batches since the newest good one that have the same version of the
 * parameters; none while there is no such batch.
 *
 * @param batches finalized, batch n at n − 1
 */
export function planEpoch(
  head: Pick<EpochHead, 'epochId' | 'firstBatch' | 'sum'>,
  batches: readonly CommittedBatch[],
): EpochPlan | undefined {
  const open = batches.slice(Number(head.firstBatch) - 1)
  const change = open.findIndex(({ paramsVersion }) => paramsVersion !== open[0].paramsVersion)
  const settled = change === -1 ? open : open.slice(0, change)
  const last = settled.at(-1)
  if (last === undefined) return undefined
  return {
    epochId: head.epochId,
    firstBatch: head.firstBatch,
    lastBatch: last.batchId,
    paramsVersion: last.paramsVersion,
    sum: settled.reduce((sum, { fees }) => sum + fees, head.sum),
    batches: settled,
  }
}

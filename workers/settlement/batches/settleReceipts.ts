import type { CommittedBatch, SettlementChain } from '../chain/settlementChain.ts'
import type { ReceiptQueue } from './receiptQueue.ts'

/** Receipts looked at in one run. */
const LIMIT = 1_000

/**
 * Tells the queue about receipts whose batch is final, and which batch that is.
 *
 * @returns how many
 */
export async function settleReceipts(
  chain: Pick<SettlementChain, 'finalBatches' | 'commitmentOf'>,
  queue: ReceiptQueue,
): Promise<number> {
  const batches = await chain.finalBatches()
  const newest = batches.at(-1)
  if (newest === undefined) return 0
  const end = newest.firstInferenceNo + BigInt(newest.count)
  const open = await queue.unsettled(newest.serviceId, LIMIT)
  const final = open.filter((receipt) => receipt.inferenceNo < end)
  for (const receipt of final) {
    const batch = batchOf(batches, receipt.inferenceNo)
    await receipt.settled({
      serviceId: batch.serviceId,
      batchId: batch.batchId.toString(),
      daCommitment: await chain.commitmentOf(batch),
      txHash: batch.transactionHash,
      blockNumber: batch.blockNumber,
    })
  }
  return final.length
}

/** The batch that holds an answer; batches follow each other without a gap. */
function batchOf(batches: readonly CommittedBatch[], inferenceNo: bigint): CommittedBatch {
  let low = 0
  let high = batches.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (batches[middle].firstInferenceNo <= inferenceNo) low = middle
    else high = middle - 1
  }
  return batches[low]
}

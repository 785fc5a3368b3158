import { type BatchEntry, batchRoots } from '@tributary/protocol/batches/batchBody'
import { type BodyStore, publishBatch } from '../bodies/batchBodies.ts'
import type { SettlementChain } from '../chain/settlementChain.ts'
import { cutBatch } from './cutBatch.ts'
import { BadReceiptError, type ReceiptSigner, readReceipt } from './readReceipt.ts'
import type { ReceiptQueue } from './receiptQueue.ts'

/** Receipts in one batch at most: about 6 MB with vectors of a hundred entries. */
export const BATCH_LIMIT = 1_000

/**
 * Commits the receipts that follow the chain's newest batch without a gap: the body goes to the
 * Alt-DA store, then its roots to the chain. The contract takes each answer once and in order, so
 * doing this again after a crash or a reorg is safe.
 *
 * @returns how many answers were committed
 */
export async function commitNextBatch(
  chain: SettlementChain,
  store: BodyStore,
  queue: ReceiptQueue,
  signer: ReceiptSigner,
): Promise<number> {
  const head = await chain.batchHead()
  const waiting: (BatchEntry & { inferenceNo: bigint; paramsVersion: number })[] = []
  let bad: BadReceiptError | undefined
  for (const queued of await queue.from(head.inferenceNo, BATCH_LIMIT)) {
    try {
      const entry = readReceipt(queued, signer)
      const { inferenceNo, paramsVersion } = entry.receipt
      const { from, to } = head.paramsVersions
      if (paramsVersion < from) {
        throw new BadReceiptError(
          `inference ${inferenceNo} has parameter version ${paramsVersion}, but version ${from} was committed before it`,
          {
            code: 'settlement_params',
            hint: 'The gateway must price answers in their order by versions that never fall.',
          },
        )
      }
      // Versions take effect with an epoch: this receipt's is one ahead of the chain.
      if (paramsVersion > to) break
      waiting.push({ ...entry, inferenceNo, paramsVersion })
    } catch (error) {
      if (!(error instanceof BadReceiptError)) throw error
      // What comes before it is still good.
      bad = error
      break
    }
  }
  const cut = cutBatch(waiting, head.inferenceNo, BATCH_LIMIT)
  if (cut.length === 0) {
    if (bad !== undefined) throw bad
    return 0
  }
  const place = {
    serviceId: head.serviceId,
    batchId: head.batchId,
    firstInferenceNo: head.inferenceNo,
    paramsVersion: cut[0].paramsVersion,
  }
  const receipts = cut.map(({ receipt, signature, vector, rhoPpm, roles, payerVoucher }) => ({
    receipt,
    signature,
    vector,
    rhoPpm,
    roles,
    payerVoucher,
  }))
  const body = { v: 1 as const, ...place, receipts }
  const commitment = await publishBatch(store, body)
  await chain.commitBatch({ ...place, ...batchRoots(body) }, commitment)
  return cut.length
}

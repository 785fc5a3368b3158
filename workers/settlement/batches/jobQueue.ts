import { inferenceNo, splitInferenceNo } from '@tributary/protocol/ids/inferenceNo'
import { receiptJobKey } from '@tributary/protocol/messages/receiptJob'
import { LeaseLost } from '../../jobs/errors.ts'
import type { JobsClient } from '../../jobs/jobsClient.ts'
import type { ReceiptQueue } from './receiptQueue.ts'

/** The `receipt` jobs of the job service as a {@link ReceiptQueue}. */
export function createJobQueue(jobs: JobsClient): ReceiptQueue {
  async function list(from: bigint, state: string, limit: number) {
    const { serviceId } = splitInferenceNo(from)
    const afterKey = receiptJobKey(from - 1n)
    const found = await jobs.list({ queue: 'receipt', state, afterKey, limit })
    return found
      .map(({ jobId, fence, key, spec }) => ({
        inferenceNo: BigInt(key),
        spec,
        async settled(result: unknown) {
          await jobs.complete({ jobId, fence }, result).catch((error) => {
            // Another life of this process has told it already.
            if (!(error instanceof LeaseLost)) throw error
          })
        },
      }))
      .filter((receipt) => splitInferenceNo(receipt.inferenceNo).serviceId === serviceId)
  }
  return {
    from: (from, limit) => list(from, 'queued,leased,completed', limit),
    unsettled: (serviceId, limit) => list(inferenceNo(serviceId, 0n), 'open', limit),
  }
}

import { splitInferenceNo } from '@tributary/protocol/ids/inferenceNo'
import { receiptJobKey } from '@tributary/protocol/messages/receiptJob'
import { LeaseLost } from '../../jobs/errors.ts'
import type { JobsClient } from '../../jobs/jobsClient.ts'
import type { ReceiptQueue } from './receiptQueue.ts'

/** The `receipt` jobs of the job service as a {@link ReceiptQueue}. */
export function createJobQueue(jobs: JobsClient): ReceiptQueue {
  return {
    async open(from, limit) {
      const { serviceId } = splitInferenceNo(from)
      const found = await jobs.list({
        queue: 'receipt',
        state: 'open',
        afterKey: receiptJobKey(from - 1n),
        limit,
      })
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
        .filter(({ inferenceNo }) => splitInferenceNo(inferenceNo).serviceId === serviceId)
    },
  }
}

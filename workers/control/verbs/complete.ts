import { verifyMessage } from 'ethers'
import { resultDigest } from '../../jobs/resultDigest.ts'
import type { Control } from '../control.ts'
import { BadResultSignature, StaleFence } from '../errors.ts'
import { inTransaction } from '../inTransaction.ts'
import { lockJob } from './lockJob.ts'
import { recordEvent } from './recordEvent.ts'

/**
 * Ends a job with its signed result. Sending the same completion again succeeds, since its answer
 * may have been lost; any other fence than the lease's is refused. A job of a queue that is never
 * leased is completed under the fence it has.
 */
export async function complete(
  control: Control,
  jobId: string,
  completion: { fence: number; result: unknown; worker: string; signature: string },
): Promise<void> {
  const { fence, result, worker, signature } = completion
  if (signerOf(result, signature)?.toLowerCase() !== worker.toLowerCase()) {
    throw new BadResultSignature(jobId, worker)
  }
  await inTransaction(control.pool, async (client) => {
    const job = await lockJob(client, jobId)
    const open = control.queues[job.queue].leaseSeconds === null ? 'queued' : 'leased'
    const sameFence = Number(job.fence) === fence
    if (sameFence && job.state === 'completed' && job.signature === signature) return
    if (!sameFence || job.state !== open) {
      throw new StaleFence(jobId, fence, Number(job.fence), job.state)
    }
    await client.query(
      `update control.job set state = 'completed', result = $2, result_worker = $3,
         signature = $4, error = null, lease_until = null, updated_at = clock_timestamp()
       where job_id = $1`,
      [jobId, JSON.stringify(result), worker, signature],
    )
    await recordEvent(client, job, 'completed', undefined)
  })
  control.changed.emit('event')
}

function signerOf(result: unknown, signature: string): string | undefined {
  try {
    return verifyMessage(resultDigest(result), signature)
  } catch {
    // Not a signature at all.
    return undefined
  }
}

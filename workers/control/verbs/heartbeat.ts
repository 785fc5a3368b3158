import type { Control } from '../control.ts'
import { inTransaction } from '../inTransaction.ts'
import { lockHeldJob } from './lockHeldJob.ts'
import { recordEvent } from './recordEvent.ts'

/** Prolongs a lease; progress, when given, is kept with the job and told to its streams. */
export async function heartbeat(
  control: Control,
  jobId: string,
  fence: number,
  progress: unknown,
): Promise<'continue' | 'cancel'> {
  const action = await inTransaction(control.pool, async (client) => {
    const job = await lockHeldJob(client, jobId, fence)
    await client.query(
      `update control.job set lease_until = clock_timestamp() + make_interval(secs => $2),
         progress = coalesce($3, progress), updated_at = clock_timestamp() where job_id = $1`,
      [
        jobId,
        control.queues[job.queue].leaseSeconds,
        progress === undefined ? null : JSON.stringify(progress),
      ],
    )
    if (progress !== undefined) await recordEvent(client, job, 'progress', progress)
    return job.cancel_requested ? 'cancel' : 'continue'
  })
  if (progress !== undefined) control.changed.emit('event')
  return action
}

import type { PoolClient } from 'pg'
import type { Control } from '../control.ts'
import type { JobRow } from './jobRow.ts'
import { recordEvent } from './recordEvent.ts'

/**
 * Takes a job out of its worker's hands, inside the caller's transaction: back into the queue under
 * a higher fence, or, where its cancellation was asked for or its attempts are used up, to its end.
 */
export async function requeue(
  control: Control,
  client: PoolClient,
  job: JobRow,
  reason: string,
  delaySeconds: number,
): Promise<JobRow['state']> {
  const limit = control.queues[job.queue]?.maxAttempts ?? null
  if (job.cancel_requested || (limit !== null && job.attempts >= limit)) {
    const state = job.cancel_requested ? 'cancelled' : 'failed'
    await client.query(
      `update control.job set state = $2, fence = fence + 1, error = $3, lease_until = null,
         updated_at = clock_timestamp() where job_id = $1`,
      [job.job_id, state, reason],
    )
    await recordEvent(client, job, state, { error: reason, attempts: job.attempts })
    return state
  }
  const wakeId = await control.wakeUps.push(client, job.queue, job.job_id, delaySeconds)
  await client.query(
    `update control.job set state = 'queued', fence = fence + 1, error = $2, lease_until = null,
       wake_id = $3, ready_at = clock_timestamp() + make_interval(secs => $4),
       updated_at = clock_timestamp() where job_id = $1`,
    [job.job_id, reason, wakeId, delaySeconds],
  )
  await recordEvent(client, job, 'requeued', { error: reason, attempts: job.attempts })
  return 'queued'
}

import type { Control } from '../control.ts'
import { inTransaction } from '../inTransaction.ts'
import { lockHeldJob } from './lockHeldJob.ts'
import { recordEvent } from './recordEvent.ts'
import { requeue } from './requeue.ts'

const MAX_DELAY_SECONDS = 30

/** Ends an attempt: for good, or, with `retry`, back into the queue after 1, 2, 4 … 30 seconds. */
export async function fail(
  control: Control,
  jobId: string,
  fence: number,
  error: string,
  retry: boolean,
): Promise<'queued' | 'failed' | 'cancelled'> {
  const outcome = await inTransaction(control.pool, async (client) => {
    const job = await lockHeldJob(client, jobId, fence)
    if (retry) {
      const delay = Math.min(2 ** Math.min(job.attempts - 1, 16), MAX_DELAY_SECONDS)
      const state = await requeue(control, client, job, error, delay)
      return state as 'queued' | 'failed' | 'cancelled'
    }
    const state = job.cancel_requested ? 'cancelled' : 'failed'
    await client.query(
      `update control.job set state = $2, error = $3, lease_until = null,
         updated_at = clock_timestamp() where job_id = $1`,
      [jobId, state, error],
    )
    await recordEvent(client, job, state, { error, attempts: job.attempts })
    return state
  })
  control.changed.emit('event')
  return outcome
}

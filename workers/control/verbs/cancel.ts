import type { Control } from '../control.ts'
import { inTransaction } from '../inTransaction.ts'
import type { JobState } from './jobRow.ts'
import { lockJob } from './lockJob.ts'
import { recordEvent } from './recordEvent.ts'

/**
 * Cancels a job: at once while it waits; a leased one is told by its next heartbeat and ends when
 * its worker gives it up or loses the lease. A job that has ended stays as it is.
 */
export async function cancel(control: Control, jobId: string): Promise<JobState> {
  const state = await inTransaction(control.pool, async (client) => {
    const job = await lockJob(client, jobId)
    if (job.state === 'queued') {
      await client.query(
        `update control.job set state = 'cancelled', fence = fence + 1, cancel_requested = true,
           updated_at = clock_timestamp() where job_id = $1`,
        [jobId],
      )
      await recordEvent(client, job, 'cancelled', undefined)
      return 'cancelled'
    }
    if (job.state === 'leased' && !job.cancel_requested) {
      await client.query(
        `update control.job set cancel_requested = true, updated_at = clock_timestamp()
         where job_id = $1`,
        [jobId],
      )
      await recordEvent(client, job, 'cancelRequested', undefined)
    }
    return job.state
  })
  control.changed.emit('event')
  return state
}

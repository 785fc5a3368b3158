import type { Control } from '../control.ts'
import { inTransaction } from '../inTransaction.ts'
import type { JobRow } from './jobRow.ts'
import { recordEvent } from './recordEvent.ts'

/** A job in a worker's hands: every further call about it names the fence. */
export interface Lease {
  jobId: string
  fence: number
  queue: string
  key: string
  spec: unknown
  /** Without a heartbeat for this long, the job goes back into its queue. */
  leaseSeconds: number
}

/** Hands the oldest ready job of the first queue that has one to `worker`, or gives `undefined`. */
export async function lease(
  control: Control,
  queues: string[],
  worker: string,
): Promise<Lease | undefined> {
  for (const queue of queues) {
    const leaseSeconds = control.queues[queue].leaseSeconds ?? 0
    const leased = await inTransaction(control.pool, async (client) => {
      for (;;) {
        const jobId = await control.wakeUps.take(client, queue)
        if (jobId === undefined) return undefined
        const updated = await client.query<JobRow>(
          `update control.job set state = 'leased', fence = fence + 1, attempts = attempts + 1,
             worker = $2, lease_until = clock_timestamp() + make_interval(secs => $3),
             updated_at = clock_timestamp()
           where job_id = $1 and state = 'queued' returning *`,
          [jobId, worker, leaseSeconds],
        )
        const job = updated.rows[0]
        // A wake-up may outlive its job: cancelled while queued, or woken twice.
        if (job === undefined) continue
        await recordEvent(client, job, 'leased', { worker, fence: Number(job.fence) })
        return {
          jobId,
          fence: Number(job.fence),
          queue,
          key: job.key,
          spec: job.spec,
          leaseSeconds,
        }
      }
    })
    if (leased !== undefined) {
      control.changed.emit('event')
      return leased
    }
  }
  return undefined
}

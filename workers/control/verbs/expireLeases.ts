import type { Control } from '../control.ts'
import { inTransaction } from '../inTransaction.ts'
import type { JobRow } from './jobRow.ts'
import { requeue } from './requeue.ts'

/** Returns every job whose worker has fallen silent to its queue, and wakes whoever waits. */
export async function expireLeases(control: Control): Promise<void> {
  for (;;) {
    // One job a transaction: the event log's counter is then never held while waiting for a row.
    const expired = await inTransaction(control.pool, async (client) => {
      const found = await client.query<JobRow>(
        `select * from control.job where state = 'leased' and lease_until < clock_timestamp()
         order by lease_until limit 1 for update skip locked`,
      )
      const job = found.rows[0]
      if (job === undefined) return undefined
      await requeue(control, client, job, `worker ${job.worker} fell silent; its lease ran out`, 0)
      return job
    })
    if (expired === undefined) break
    control.changed.emit('event')
    control.changed.emit('queue', expired.queue)
  }
  // A retry that was put off becomes ready by the clock alone; nobody announces it.
  const ready = await control.pool.query<{ queue: string }>(
    `select distinct queue from control.job
     where state = 'queued' and wake_id is not null and ready_at <= clock_timestamp()`,
  )
  for (const { queue } of ready.rows) control.changed.emit('queue', queue)
}

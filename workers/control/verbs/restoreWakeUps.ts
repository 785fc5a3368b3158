import type { Control } from '../control.ts'
import { inTransaction } from '../inTransaction.ts'

/**
 * Gives waiting jobs whose wake-up the queue has lost a new one. Both are written in one
 * transaction, so this happens only when somebody cleared or exchanged the queue behind us.
 */
export async function restoreWakeUps(control: Control): Promise<void> {
  const waiting = await control.pool.query<{ job_id: string }>(
    `select job_id from control.job where state = 'queued' and wake_id is not null
       and ready_at < clock_timestamp() - interval '10 seconds' limit 1000`,
  )
  for (const { job_id } of waiting.rows) {
    await inTransaction(control.pool, async (client) => {
      const found = await client.query<{ queue: string; wake_id: string }>(
        `select queue, wake_id from control.job where job_id = $1 and state = 'queued' for update`,
        [job_id],
      )
      const job = found.rows[0]
      if (job !== undefined) await control.wakeUps.restore(client, job.queue, job_id, job.wake_id)
    })
  }
}

import { randomBytes } from 'node:crypto'
import { newRequestId } from '@tributary/protocol/ids/requestId'
import type { Control } from '../control.ts'
import { UnknownQueue } from '../errors.ts'
import { inTransaction } from '../inTransaction.ts'
import { recordEvent } from './recordEvent.ts'

/** Adds a job, or finds the one that this queue already has under `key`; its spec stays as it was. */
export async function enqueue(
  control: Control,
  queue: string,
  key: string,
  spec: unknown,
): Promise<{ jobId: string; created: boolean }> {
  const rules = control.queues[queue]
  if (rules === undefined) throw new UnknownQueue(queue, Object.keys(control.queues))
  const jobId = newRequestId(Date.now(), randomBytes(10))
  const outcome = await inTransaction(control.pool, async (client) => {
    const added = await client.query(
      `insert into control.job (job_id, queue, key, state, spec) values ($1, $2, $3, 'queued', $4)
       on conflict (queue, key) do nothing`,
      [jobId, queue, key, JSON.stringify(spec)],
    )
    if (added.rowCount === 0) {
      const found = await client.query<{ job_id: string }>(
        'select job_id from control.job where queue = $1 and key = $2',
        [queue, key],
      )
      return { jobId: found.rows[0].job_id, created: false }
    }
    if (rules.leaseSeconds !== null) {
      const wakeId = await control.wakeUps.push(client, queue, jobId, 0)
      await client.query('update control.job set wake_id = $2 where job_id = $1', [jobId, wakeId])
    }
    await recordEvent(client, { job_id: jobId, queue }, 'queued', undefined)
    return { jobId, created: true }
  })
  if (outcome.created) {
    control.changed.emit('queue', queue)
    control.changed.emit('event')
  }
  return outcome
}

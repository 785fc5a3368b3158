import type { Control } from '../control.ts'
import { inTransaction } from '../inTransaction.ts'
import { lockHeldJob } from './lockHeldJob.ts'
import { recordEvent } from './recordEvent.ts'

/** Adds a worker's own event to the job's log. */
export async function appendEvent(
  control: Control,
  jobId: string,
  fence: number,
  type: string,
  data: unknown,
): Promise<void> {
  await inTransaction(control.pool, async (client) => {
    const job = await lockHeldJob(client, jobId, fence)
    await recordEvent(client, job, type, data)
  })
  control.changed.emit('event')
}

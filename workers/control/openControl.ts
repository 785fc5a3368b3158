import { EventEmitter } from 'node:events'
import type { Pool } from 'pg'
import { errorMessage } from '../process/errorMessage.ts'
import { log } from '../process/log.ts'
import type { Control } from './control.ts'
import { inTransaction } from './inTransaction.ts'
import { openDatabase } from './openDatabase.ts'
import type { QueueRules } from './queues.ts'
import { SCHEMA_SQL } from './schema.ts'
import { expireLeases } from './verbs/expireLeases.ts'
import { restoreWakeUps } from './verbs/restoreWakeUps.ts'
import { startWakeUps } from './wakeUps.ts'

const SWEEP_MS = 500
const RESTORE_MS = 60_000

/**
 * Opens the job service's state on the Postgres database at `url` and keeps expired leases
 * returning to their queues.
 */
export async function openControl(
  url: string,
  queues: Readonly<Record<string, QueueRules>>,
): Promise<Control & { close(): Promise<void> }> {
  const pool = await openDatabase(url)
  try {
    return await openOn(pool, url, queues)
  } catch (error) {
    await pool.end()
    throw error
  }
}

async function openOn(
  pool: Pool,
  url: string,
  queues: Readonly<Record<string, QueueRules>>,
): Promise<Control & { close(): Promise<void> }> {
  // Two processes that start together must not create the same table.
  await inTransaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtext('tributary control schema'))")
    await client.query(SCHEMA_SQL)
  })
  const leased = Object.keys(queues).filter((queue) => queues[queue].leaseSeconds !== null)
  const wakeUps = await startWakeUps(url, leased, (error) =>
    log('control', 'queue error', { error: errorMessage(error) }),
  )
  const changed: Control['changed'] = new EventEmitter()
  // Every waiting lease and every open stream listens.
  changed.setMaxListeners(0)
  const control: Control = { pool, wakeUps, queues, changed }

  const timers: NodeJS.Timeout[] = []
  let running: Promise<unknown> = Promise.resolve()
  const repeat = (ms: number, what: string, task: () => Promise<void>) => {
    let busy = false
    const tick = async () => {
      if (busy) return
      busy = true
      running = task()
        .catch((error) => log('control', `${what} failed`, { error: errorMessage(error) }))
        .finally(() => {
          busy = false
        })
      await running
    }
    timers.push(setInterval(tick, ms))
  }
  repeat(SWEEP_MS, 'expiring leases', () => expireLeases(control))
  repeat(RESTORE_MS, 'restoring wake-ups', () => restoreWakeUps(control))
  await restoreWakeUps(control)

  return {
    ...control,
    async close() {
      for (const timer of timers) clearInterval(timer)
      await running
      await wakeUps.stop()
      await pool.end()
    },
  }
}

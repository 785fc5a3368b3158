import type { EventEmitter } from 'node:events'
import type { Pool } from 'pg'
import type { QueueRules } from './queues.ts'
import type { WakeUps } from './wakeUps.ts'

/** What every verb of the job service works on. */
export interface Control {
  pool: Pool
  wakeUps: WakeUps
  queues: Readonly<Record<string, QueueRules>>
  /** Emits `queue` when a job may be leased, `event` when the event log has grown. */
  changed: EventEmitter<{ queue: [queue: string]; event: [] }>
}

import type { Control } from './control.ts'
import { JobRefused, UnknownQueue } from './errors.ts'
import type { Lease } from './verbs/lease.ts'
import { lease } from './verbs/lease.ts'

/** Leases a job of one of `queues`, waiting for one until `waitMs` is over or the signal aborts. */
export async function waitForLease(
  control: Control,
  queues: string[],
  worker: string,
  waitMs: number,
  signal: AbortSignal,
): Promise<Lease | undefined> {
  for (const queue of queues) {
    const rules = control.queues[queue]
    if (rules === undefined) throw new UnknownQueue(queue, Object.keys(control.queues))
    if (rules.leaseSeconds === null) {
      throw new JobRefused(
        400,
        'not_leasable',
        `jobs of queue ${queue} are not leased`,
        `List them by GET /jobs?queue=${queue}&state=open and complete each under its own fence.`,
      )
    }
  }
  const deadline = Date.now() + waitMs
  while (!signal.aborted) {
    // Listening starts before the look into the queue, so that no job slips in between.
    const change = nextChange(control, queues, signal)
    try {
      const leased = await lease(control, queues, worker)
      if (leased !== undefined) return leased
      const left = deadline - Date.now()
      if (left <= 0) return undefined
      await change.within(left)
    } finally {
      change.stop()
    }
  }
  return undefined
}

function nextChange(control: Control, queues: string[], signal: AbortSignal) {
  let happened = false
  let wake = () => {}
  const note = () => {
    happened = true
    wake()
  }
  const onQueue = (queue: string) => {
    if (queues.includes(queue)) note()
  }
  control.changed.on('queue', onQueue)
  signal.addEventListener('abort', note)
  return {
    within(ms: number): Promise<void> {
      return new Promise((resolve) => {
        if (happened) return resolve()
        const timer = setTimeout(resolve, ms)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
    stop() {
      control.changed.off('queue', onQueue)
      signal.removeEventListener('abort', note)
      wake()
    },
  }
}

import type { ServerResponse } from 'node:http'
import { LAST_EVENTS } from '../jobs/lastEvents.ts'
import { errorMessage } from '../process/errorMessage.ts'
import { log } from '../process/log.ts'
import type { Control } from './control.ts'
import { eventsAfter } from './verbs/eventsAfter.ts'

const PAGE = 200
const KEEP_ALIVE_MS = 15_000

/**
 * Sends the event log from the one after number `after` as server-sent events, then new ones as
 * they happen. The stream of one job ends with that job's last event; others end with the
 * connection or the signal.
 */
export async function streamEvents(
  control: Control,
  raw: ServerResponse,
  filter: { jobId?: string; queues?: string[] },
  after: number,
  signal: AbortSignal,
): Promise<void> {
  const closed = new AbortController()
  const close = () => closed.abort()
  raw.on('close', close)
  signal.addEventListener('abort', close)
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    connection: 'keep-alive',
  })
  raw.write(': open\n\n')
  const keepAlive = setInterval(() => raw.write(': keep\n\n'), KEEP_ALIVE_MS)

  let grown = true
  let wake = () => {}
  const onEvent = () => {
    grown = true
    wake()
  }
  control.changed.on('event', onEvent)
  closed.signal.addEventListener('abort', onEvent)
  let seen = after
  try {
    while (!closed.signal.aborted) {
      if (!grown) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      grown = false
      for (;;) {
        const events = await eventsAfter(control.pool, seen, filter, PAGE)
        for (const event of events) {
          seen = event.seq
          raw.write(`id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
          if (filter.jobId !== undefined && LAST_EVENTS.has(event.type)) return
        }
        if (raw.writableNeedDrain) await drained(raw, closed.signal)
        if (events.length < PAGE || closed.signal.aborted) break
      }
    }
  } catch (error) {
    // The headers are out; ending the stream makes the reader come back where it left off.
    log('control', 'stream ended', { error: errorMessage(error) })
  } finally {
    clearInterval(keepAlive)
    control.changed.off('event', onEvent)
    signal.removeEventListener('abort', close)
    raw.end()
  }
}

function drained(raw: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    raw.once('drain', resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

import type { BlockInfo } from '../../graphql/deployment.ts'

/** How often the newest indexed block is looked at; it is in memory. */
const LOOK_MS = 100
/** Proxies cut connections on which nothing is heard for longer. */
const ALIVE_MS = 15_000

/** What a live query reads from and writes to. */
export interface LiveQuery {
  /** Newest indexed block, or null before the first one. */
  readonly head: () => Promise<BlockInfo | null>
  /** Runs the query; the answer's JSON text. */
  readonly answer: () => Promise<string>
  /** Sends text of an event stream. @returns false while the client reads too slowly. */
  readonly send: (text: string) => boolean
  readonly canSend: () => boolean
}

/**
 * Answers a query at once, and again after every block, reorg or first block that changes the
 * answer, until the signal. Blocks that come while a client does not read are passed over: it is
 * always told the newest answer.
 */
export async function runLiveQuery(query: LiveQuery, signal: AbortSignal): Promise<void> {
  let seen: string | null | undefined
  let told: string | null = null
  let heardAt = Date.now()
  while (!signal.aborted) {
    const head = await query.head()
    const hash = head?.hash ?? null
    if (hash !== seen && query.canSend()) {
      seen = hash
      const answer = await query.answer()
      if (signal.aborted) return
      if (answer !== told) {
        told = answer
        const id = head ? `id: ${head.number}-${head.hash}\n` : ''
        query.send(`event: next\n${id}data: ${answer}\n\n`)
        heardAt = Date.now()
      }
    }
    if (Date.now() - heardAt >= ALIVE_MS) {
      query.send(': alive\n\n')
      heardAt = Date.now()
    }
    await sleep(LOOK_MS, signal)
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}

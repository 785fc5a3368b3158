import { errorMessage } from './errorMessage.ts'
import { log } from './log.ts'
import { sleep } from './sleep.ts'

/**
 * Calls `attempt` until it succeeds, waiting 0.25 s, 0.5 s … 5 s in between, because a dependency
 * may start later than this process. Gives `undefined` when the signal aborts first.
 */
export async function retryUntilStopped<T>(
  stage: string,
  what: string,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T | undefined> {
  let wait = 250
  while (!signal.aborted) {
    try {
      return await attempt()
    } catch (error) {
      if (signal.aborted) return undefined
      log(stage, `waiting: ${what}`, { error: errorMessage(error), retryInMs: wait })
      await sleep(wait, signal)
      wait = Math.min(wait * 2, 5000)
    }
  }
  return undefined
}

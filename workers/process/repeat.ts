import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import { errorMessage } from './errorMessage.ts'
import { log } from './log.ts'
import { sleep } from './sleep.ts'

/** How a step of a stage is repeated. */
export interface Repetition {
  stage: string
  /** Names the step in the log. */
  step: string
  /** Milliseconds from the end of one run to the start of the next. */
  intervalMs: number
  /** Ends the repetition; a run that is under way is finished first. */
  signal: AbortSignal
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

/**
 * Runs a step again and again until the signal aborts. A failing run is repeated after a growing
 * pause, since what it needs may start later; the same failure is logged once.
 */
export async function repeat(
  { stage, step, intervalMs, signal }: Repetition,
  run: () => Promise<void>,
): Promise<void> {
  let pause = FIRST_PAUSE_MS
  let failure: string | undefined
  while (!signal.aborted) {
    try {
      await run()
      if (failure !== undefined) log(stage, `${step} works again`)
      failure = undefined
      pause = FIRST_PAUSE_MS
      await sleep(intervalMs, signal)
    } catch (error) {
      if (signal.aborted) return
      const message = errorMessage(error)
      if (message !== failure) {
        const hint = error instanceof TributaryError ? (error.hint ?? undefined) : undefined
        log(stage, `${step} failed`, { error: message, hint })
      }
      failure = message
      await sleep(Math.max(pause, intervalMs), signal)
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
  }
}

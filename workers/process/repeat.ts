import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from './describeError.ts'
import { logLine } from './logLine.ts'

/** How a step of a process is repeated. */
export interface Repetition {
  part: string
  /** Names the step in the log. */
  name: string
  /** Milliseconds from the end of one run to the start of the next. */
  intervalMs: number
  /** Ends the repetition; a run that is under way is finished first. */
  signal: AbortSignal
}

const LONGEST_PAUSE_MS = 15_000

/**
 * Runs a step again and again until the signal aborts. A failing run is logged and repeated after
 * a growing pause, so that parts may start in any order; the same failure is logged once.
 */
export async function repeat(
  { part, name, intervalMs, signal }: Repetition,
  step: () => Promise<void>,
): Promise<void> {
  let failures = 0
  let lastFailure = ''
  while (!signal.aborted) {
    try {
      await step()
      if (failures > 0) logLine(part, `${name} works again`, { failures })
      failures = 0
      lastFailure = ''
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      const described = describeError(error)
      if (described.error !== lastFailure) logLine(part, `${name} failed`, described)
      lastFailure = described.error
    }
    const pause =
      failures === 0
        ? intervalMs
        : Math.min(LONGEST_PAUSE_MS, Math.max(intervalMs, 500) * 2 ** Math.min(failures - 1, 5))
    await sleep(pause, undefined, { signal }).catch(() => {})
  }
}

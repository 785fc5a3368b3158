import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import { errorMessage } from './errorMessage.ts'
import { log } from './log.ts'
import { stopSignal } from './stopSignal.ts'

/**
 * The frame of a stage's `main.ts`: gives it the signal that ends the process, and turns an error
 * that nothing can be done about into one line and exit code 1.
 */
export async function runStage(
  stage: string,
  main: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const signal = stopSignal()
  try {
    await main(signal)
  } catch (error) {
    if (signal.aborted) return
    const hint = error instanceof TributaryError ? error.hint : undefined
    log(stage, 'cannot go on', { error: errorMessage(error), hint })
    process.exitCode = 1
  }
}

import { setTimeout as sleep } from 'node:timers/promises'

/** Looks again and again until there is something; says what was waited for when there never is. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | null | false>,
  seconds = 60,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  let problem = ''
  for (;;) {
    try {
      const found = await look()
      if (found) return found
    } catch (error) {
      problem = `: ${(error as Error).message}`
    }
    if (Date.now() > deadline) throw new Error(`after ${seconds} s still not: ${what}${problem}`)
    await sleep(250)
  }
}

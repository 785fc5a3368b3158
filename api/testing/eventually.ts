import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `look` gives something other than undefined; fails after twenty seconds. */
export async function eventually<T>(
  look: () => T | undefined | Promise<T | undefined>,
  what: string,
): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(10)) {
    const found = await look()
    if (found !== undefined) return found
  }
  throw new Error(`${what} did not come within 20 s`)
}

import { assertPortsFree } from './assertPortsFree.ts'

/** Ports that one system takes, with some to spare. */
const PORTS = 12

/** A base port from which a whole range is free right now, for runs beside another. */
export async function freePortRange(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    // Below 32768, where systems begin to take ports for outgoing connections: one of these could
    // be taken between this look and the part's own start.
    const base = 20_000 + Math.floor(Math.random() * 1000) * PORTS
    const range = Array.from({ length: PORTS }, (_, at) => ({ name: 'demo', port: base + at }))
    try {
      await assertPortsFree(range)
      return base
    } catch {
      // Somebody has one of them; try elsewhere.
    }
  }
  throw new Error('no range of free ports was found between 20000 and 32000')
}

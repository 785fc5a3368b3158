import { createServer } from 'node:net'

/** A port that a part needs is held by another program. */
export class PortTakenError extends Error {
  constructor(taken: { name: string; port: number }[]) {
    const list = taken.map(({ name, port }) => `${port} (${name})`).join(', ')
    super(
      `${taken.length === 1 ? 'port' : 'ports'} ${list} ${taken.length === 1 ? 'is' : 'are'} taken by ` +
        'another program; stop it, or choose other ports: npm start -- --port 5100',
    )
    this.name = 'PortTakenError'
  }
}

/** Throws a PortTakenError naming every loopback port of the list that cannot be bound. */
export async function assertPortsFree(ports: { name: string; port: number }[]): Promise<void> {
  const taken: { name: string; port: number }[] = []
  for (const entry of ports) if (!(await isFree(entry.port))) taken.push(entry)
  if (taken.length > 0) throw new PortTakenError(taken)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Hands GraphQL requests on to a subgraph, and remembers each that is different. */
export interface RecordingProxy {
  readonly url: string
  /** URL of the subgraph, once it is there. */
  target: string | null
  /** Bodies of the requests, each once, in the order in which they came first. */
  readonly bodies: ReadonlySet<string>
  close(): Promise<void>
}

/** @param path of the URL that is asked in the subgraph's place. */
export async function startRecordingProxy(path: string): Promise<RecordingProxy> {
  const bodies = new Set<string>()
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const body = Buffer.concat(parts).toString()
    if (proxy.target === null) return response.writeHead(503).end('it does not run yet')
    bodies.add(body)
    try {
      const answer = await askSubgraph(proxy.target, body)
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.text)
    } catch (error) {
      response.writeHead(502).end(String(error))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const proxy: RecordingProxy = {
    url: `http://127.0.0.1:${port}${path}`,
    target: null,
    bodies,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}

/** Sends a body to a subgraph as it is. */
export async function askSubgraph(
  url: string,
  body: string,
): Promise<{ status: number; text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return { status: response.status, text: await response.text() }
}

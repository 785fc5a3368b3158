import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The least of an IPFS node: it answers `cat` and `block/get` with what it was given. */
export interface ContentServer {
  readonly url: string
  add(id: string, bytes: Uint8Array): void
  close(): Promise<void>
}

export async function startContentServer(): Promise<ContentServer> {
  const files = new Map<string, Uint8Array>()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (url.pathname === '/api/v0/version') return response.end('{"Version":"0.0.0"}')
    const path = url.searchParams.get('arg') ?? url.pathname
    const bytes = files.get(path.replace(/^\/?(ipfs\/)?/, '').split('/')[0])
    if (bytes) return response.end(bytes)
    response.statusCode = 500
    response.end(JSON.stringify({ Message: `nobody has ${path}` }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (id, bytes) => files.set(id, bytes),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

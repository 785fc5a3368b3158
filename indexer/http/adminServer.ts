import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { answerAdmin, type SubgraphRegistrar } from './adminRoute.ts'
import { MultipartError, multipartFiles } from './multipartFiles.ts'
import type { RunningServer } from './server.ts'

/** Large enough for any compiled mapping. */
const MAX_BODY_BYTES = 64 * 1024 * 1024

/** Where uploaded files are kept. */
export interface UploadStore {
  get(id: string): Promise<Uint8Array | null>
  /** @returns the file's content id. */
  add(bytes: Uint8Array): Promise<string>
}

/** Where to listen, and what requests change. */
export interface AdminServerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly subgraphs: SubgraphRegistrar & { readonly content: UploadStore }
  /** Port of the query routes. */
  readonly queryPort: number
}

/**
 * Serves what `graph create`, `graph deploy` and `graph remove` need, for whoever can reach it:
 *
 * - `POST /`: graph-node's JSON-RPC
 * - `POST /api/v0/add`, `/api/v0/cat`, `/api/v0/pin/add`, `/api/v0/version`: as much of IPFS's API
 *   as graph-cli calls
 */
export async function startAdminServer(options: AdminServerOptions): Promise<RunningServer> {
  const server = Fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: 'idle' })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body)
  })
  // A page that is open in some browser must not be able to change what is deployed.
  server.addHook('onRequest', async (request, reply) => {
    if (request.headers.origin !== undefined) await reply.code(403).send('not for web pages')
  })
  server.post('/', async (request, reply) => {
    const answer = await answerAdmin(String(request.body ?? ''), options)
    return reply.header('content-type', 'application/json').send(Buffer.from(answer))
  })
  addContentRoutes(server, options.subgraphs.content)
  server.setErrorHandler((error, _request, reply) => {
    const status = error instanceof MultipartError ? 400 : 500
    // The form in which IPFS tells errors.
    return reply.code(status).send({ Message: (error as Error).message, Code: 0, Type: 'error' })
  })
  await server.listen({ host: options.host, port: options.port })
  const { port } = server.server.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return { url: `http://${host}:${port}`, port, close: () => server.close() }
}

function addContentRoutes(server: FastifyInstance, content: UploadStore): void {
  server.post('/api/v0/add', async (request, reply) => {
    const type = request.headers['content-type'] ?? ''
    const lines: string[] = []
    for (const { name, bytes } of multipartFiles(type, request.body as Buffer)) {
      const id = await content.add(bytes)
      lines.push(`${JSON.stringify({ Name: name || id, Hash: id, Size: String(bytes.length) })}\n`)
    }
    return reply.header('content-type', 'application/json').send(Buffer.from(lines.join('')))
  })
  server.post('/api/v0/cat', async (request, reply) => {
    const id = argument(request).replace(/^\/ipfs\//, '')
    if (id === '') throw new Error('argument "ipfs-path" is required: name a file with `?arg=`')
    const bytes = await content.get(id)
    if (bytes === null) throw new Error(`${id} was not uploaded here`)
    return reply.header('content-type', 'text/plain').send(Buffer.from(bytes))
  })
  server.post('/api/v0/pin/add', (request, reply) => reply.send({ Pins: [argument(request)] }))
  server.post('/api/v0/version', (_request, reply: FastifyReply) => {
    return reply.send({ Version: '0.0.0', Commit: '', Repo: '0', System: '', Golang: '' })
  })
}

function argument(request: FastifyRequest): string {
  return (request.query as { arg?: string }).arg ?? ''
}

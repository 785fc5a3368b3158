import { Readable } from 'node:stream'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { StoreError } from '../blobs/storeError.ts'

/**
 * A server whose request bodies are streams of raw bytes whatever their content type, whose errors
 * are `{error: {code, message, hint}}`, and which answers `GET /health`.
 */
export function createServer(): FastifyInstance {
  const server = fastify({ logger: false, forceCloseConnections: true, exposeHeadRoutes: false })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  server.get('/health', async () => ({ ok: true }))
  server.setNotFoundHandler(async (request, reply) =>
    reply.code(404).send({
      error: {
        code: 'route_unknown',
        message: `there is no ${request.method} ${request.url}`,
        hint: null,
      },
    }),
  )
  server.setErrorHandler(async (error, request, reply) => {
    const known = error instanceof TributaryError
    const status = error instanceof StoreError ? error.status : known ? 400 : statusOf(error)
    if (status >= 500 && !known) console.error(`${request.method} ${request.url} failed`, error)
    // What is left of a refused body is not read; the connection cannot be used again.
    if (!request.raw.readableEnded) reply.header('connection', 'close')
    return reply.code(status).send({
      error: {
        code: known ? error.code : 'store_failed',
        message: error instanceof Error ? error.message : String(error),
        hint: known ? error.hint : null,
      },
    })
  })
  return server
}

/** The body of a request as it arrives; empty where there is none. */
export function bodyOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  return request.body instanceof Readable ? request.body : Readable.from([])
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : 500
  return typeof status === 'number' ? status : 500
}

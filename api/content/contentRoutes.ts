import type { FastifyInstance } from 'fastify'

const HASH = /^(?:0x)?[0-9a-f]{64}$/

/**
 * The content store, as contributors reach it: bodies by SHA-256, and the salts of their leaves.
 * The store itself checks every hash; what it answers is handed on. Nothing can be deleted here.
 */
export function contentRoutes(server: FastifyInstance, casUrl: string): void {
  // Bodies arrive as raw bytes, whatever type the sender gives them.
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    for (const [route, path] of [
      ['/v1/content/salts/:hash', 'salts'],
      ['/v1/content/:hash', 'cas'],
    ] as const) {
      scope.route<{ Params: { hash: string } }>({
        method: ['GET', 'PUT'],
        url: route,
        bodyLimit: 2 * 1024 * 1024,
        handler: async (request, reply) => {
          const hash = request.params.hash.toLowerCase()
          if (!HASH.test(hash)) {
            return reply.code(400).send({
              error: { code: 'invalid_hash', message: `"${hash}" is not 64 hex digits` },
            })
          }
          // A salt keeps its commitment unguessable: it is written here, but read by nobody.
          if (path === 'salts' && request.method === 'GET') {
            return reply.code(403).send({
              error: { code: 'salts_are_private', message: 'salts cannot be read here' },
            })
          }
          const response = await fetch(`${casUrl}/${path}/${hash.replace(/^0x/, '')}`, {
            method: request.method,
            ...(request.method === 'PUT'
              ? {
                  body: request.body as Buffer<ArrayBuffer>,
                  headers: { 'content-type': 'application/octet-stream' },
                }
              : {}),
          }).catch(() => null)
          if (!response) {
            return reply.code(503).send({
              error: { code: 'content_unavailable', message: 'the content store does not answer' },
            })
          }
          reply.code(response.status)
          const type = response.headers.get('content-type')
          if (type) reply.header('content-type', type)
          // A body never changes under its hash.
          if (response.ok && request.method === 'GET') {
            reply.header('cache-control', 'public, max-age=31536000, immutable')
          }
          return reply.send(Buffer.from(await response.arrayBuffer()))
        },
      })
    }
  })
}

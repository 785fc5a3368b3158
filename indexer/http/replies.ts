import type { FastifyReply, FastifyRequest } from 'fastify'

/** Sends JSON text. As bytes, because Fastify adds a charset to the content type of strings. */
export function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('content-type', 'application/json').send(Buffer.from(text))
}

/** Answers a browser that asks what it may send. */
export function answerOptions(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return allowMethods(reply).header('content-type', 'text/html; charset=utf-8').send('')
}

/** Tells browsers what they may send from other origins. */
export function allowMethods(reply: FastifyReply): FastifyReply {
  return reply
    .header('access-control-allow-headers', 'Content-Type, User-Agent')
    .header('access-control-allow-methods', 'GET, OPTIONS, POST')
}

import type { FastifyReply } from 'fastify'
import { ClientError } from './clientError.ts'
import { TooManyStreamsError } from './live/liveStreams.ts'
import { sendJson } from './replies.ts'
import { RequestError } from './requestBody.ts'

/** Answers a request whose route threw. */
export function answerError(error: Error, reply: FastifyReply): FastifyReply {
  const [status, message] = told(error)
  return sendJson(reply.code(status), JSON.stringify({ error: message }))
}

function told(error: Error): [number, string] {
  if (error instanceof RequestError) return [400, error.message]
  if (error instanceof TooManyStreamsError) return [503, error.message]
  if (error instanceof ClientError) {
    return [400, `GraphQL server error (client error): ${error.message}`]
  }
  const { statusCode = 500 } = error as { statusCode?: number }
  const whose = statusCode < 500 ? 'client' : 'internal'
  return [statusCode, `GraphQL server error (${whose} error): ${error.message}`]
}

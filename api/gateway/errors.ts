import type { FastifyReply } from 'fastify'

/**
 * An error of the OpenAI-compatible routes, in the form that OpenAI's clients read:
 * `{error: {message, type, code, param}}`.
 */
export class GatewayError extends Error {
  readonly status: number
  readonly code: string
  readonly type: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'GatewayError'
    this.status = status
    this.code = code
    this.type =
      status === 401
        ? 'authentication_error'
        : status === 402
          ? 'insufficient_quota'
          : status === 429
            ? 'rate_limit_error'
            : status >= 500
              ? 'server_error'
              : 'invalid_request_error'
  }

  toJson() {
    return { error: { message: this.message, type: this.type, code: this.code, param: null } }
  }
}

export function sendGatewayError(reply: FastifyReply, error: unknown): FastifyReply {
  if (error instanceof GatewayError) return reply.code(error.status).send(error.toJson())
  throw error
}

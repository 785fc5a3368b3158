import { AnalyticsError } from '@tributary/analytics/client/AnalyticsError'
import type { FastifyReply } from 'fastify'
import { ChainError } from '../chain/ChainError.ts'
import { ContentError } from '../content/contentClient.ts'
import { SubgraphError } from '../subgraph/subgraphClient.ts'

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

/** Postgres is away, or going: codes of Node and of SQL (class 08, and 57P01 to 57P03). */
const DATABASE_AWAY = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EPIPE|57P0[123]|08\d{3})$/

/** What pg says without a code. */
const DATABASE_LOST = /^(Connection terminated|Client has encountered a connection error)/

/**
 * What a caller is told of an error: a GatewayError as it is; 503 with the part's name when a part of
 * the system does not answer; undefined for what must be looked up in the log.
 */
export function toGatewayError(error: unknown): GatewayError | undefined {
  if (error instanceof GatewayError) return error
  if (
    error instanceof ChainError ||
    error instanceof SubgraphError ||
    error instanceof ContentError ||
    error instanceof AnalyticsError
  ) {
    return new GatewayError(503, error.code.toLowerCase(), error.message)
  }
  // The other parts' errors have names by now, so this can only be the database's.
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  if (DATABASE_AWAY.test(String(code)) || DATABASE_LOST.test(String(message))) {
    return new GatewayError(503, 'database_unavailable', 'the database does not answer')
  }
  return undefined
}

export function sendGatewayError(reply: FastifyReply, error: unknown): FastifyReply {
  const known = toGatewayError(error)
  if (known) return reply.code(known.status).send(known.toJson())
  throw error
}

import type { FastifyRequest } from 'fastify'

/** A request that is refused before its body is looked at. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
}

/**
 * The body of a request, as text.
 *
 * @throws {RequestError} when there is none, or nothing says what it is.
 */
export function requestBody(request: FastifyRequest): string {
  if (request.headers['content-type'] === undefined) {
    throw new RequestError('Content-Type header is required')
  }
  if (typeof request.body !== 'string' || request.body === '') {
    throw new RequestError('Body is required')
  }
  return request.body
}

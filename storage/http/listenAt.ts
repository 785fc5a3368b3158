import type { FastifyInstance } from 'fastify'
import { StoreError } from '../blobs/storeError.ts'

/**
 * Listens where a URL points.
 *
 * @param variable name of the environment variable to name when the port is taken
 */
export async function listenAt(
  server: FastifyInstance,
  url: string,
  variable: string,
): Promise<void> {
  const { hostname, port, protocol } = new URL(url)
  const number = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
  try {
    await server.listen({ host: hostname, port: number })
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? cause.code : cause
    throw new StoreError(
      reason === 'EADDRINUSE'
        ? `port ${number} of ${hostname} is taken: give ${variable} or TRIBUTARY_PORT another one`
        : `cannot listen at ${url}: ${reason}`,
      { code: 'store_listen', status: 500, cause },
    )
  }
}

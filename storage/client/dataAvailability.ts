import { createHash } from 'node:crypto'
import { corrupt, storeRequest } from './storeRequest.ts'

/** The Alt-DA store, seen from elsewhere. */
export interface DataAvailability {
  /** Stores a body and returns its commitment, 0x-hex. The chain keeps `daCommitmentHash` of it. */
  put(body: Uint8Array): Promise<string>
  /** The body of a commitment. Throws `store_missing` where it is not there. */
  get(commitment: string): Promise<Uint8Array>
}

/**
 * A client of the Alt-DA store: the embedded one or eigenda-proxy. A body under an embedded
 * commitment is hashed before it is given out; of others only the proxy can tell, so check what
 * you read against the chain.
 *
 * @example
 * const availability = createDataAvailability(readConfiguration(process.env).daUrl)
 * const commitment = await availability.put(encodeBatchBody(body))
 */
export function createDataAvailability(daUrl: string): DataAvailability {
  return {
    async put(body) {
      const response = await storeRequest('POST', `${daUrl}/put`, [200], body)
      return `0x${Buffer.from(await response.arrayBuffer()).toString('hex')}`
    },
    async get(commitment) {
      const url = `${daUrl}/get/0x${commitment.replace(/^0x/, '')}`
      const body = new Uint8Array(await (await storeRequest('GET', url, [200])).arrayBuffer())
      const embedded = /^0x010000([0-9a-f]{64})$/.exec(commitment.toLowerCase())
      if (embedded !== null && sha256(body) !== embedded[1]) throw corrupt(url, commitment)
      return body
    },
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

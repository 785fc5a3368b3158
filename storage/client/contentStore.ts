import { createHash } from 'node:crypto'
import { bareHash, prefixedHash } from '@tributary/protocol/hashes/bareHash'
import { corrupt, storeRequest } from './storeRequest.ts'

/** The content-addressed store, seen from elsewhere. Hashes go in with or without `0x`. */
export interface ContentStore {
  /** Stores bytes and returns their SHA-256, 0x-hex. */
  put(bytes: Uint8Array): Promise<string>
  /** The bytes of a hash, verified, or null where they are not there. */
  find(hash: string): Promise<Uint8Array | null>
  /** The bytes of a hash, verified. Throws `store_missing` where they are not there. */
  get(hash: string): Promise<Uint8Array>
  has(hash: string): Promise<boolean>
  /** Erases a blob; nothing happens where it is not there. */
  remove(hash: string): Promise<void>
  /** Keeps the salt of a record's leaf. */
  putSalt(leaf: string, salt: Uint8Array): Promise<void>
  /** The salt of a leaf, or null where it was erased or never kept. */
  getSalt(leaf: string): Promise<Uint8Array | null>
  /** Erases a salt; nothing happens where it is not there. */
  removeSalt(leaf: string): Promise<void>
}

/**
 * A client of the content-addressed store. What it reads is hashed before it is given out.
 *
 * @example
 * const content = createContentStore(readConfiguration(process.env).casUrl)
 * const hash = await content.put(bytes)
 */
export function createContentStore(casUrl: string): ContentStore {
  const blob = (hash: string) => `${casUrl}/cas/${bareHash(hash)}`
  const salt = (leaf: string) => `${casUrl}/salts/${bareHash(leaf)}`

  async function read(hash: string, accepted: readonly number[]): Promise<Uint8Array | null> {
    const response = await storeRequest('GET', blob(hash), accepted)
    if (response.status === 404) {
      await response.body?.cancel()
      return null
    }
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (sha256(bytes) !== bareHash(hash)) throw corrupt(blob(hash), prefixedHash(hash))
    return bytes
  }

  return {
    async put(bytes) {
      const hash = sha256(bytes)
      await drain(storeRequest('PUT', blob(hash), [200, 201], bytes))
      return prefixedHash(hash)
    },
    find: (hash) => read(hash, [200, 404]),
    async get(hash) {
      return (await read(hash, [200])) as Uint8Array
    },
    async has(hash) {
      const response = await storeRequest('HEAD', blob(hash), [200, 404])
      return response.status === 200
    },
    remove: (hash) => drain(storeRequest('DELETE', blob(hash), [204])),
    putSalt: (leaf, bytes) => drain(storeRequest('PUT', salt(leaf), [200, 201], bytes)),
    async getSalt(leaf) {
      const response = await storeRequest('GET', salt(leaf), [200, 404])
      const bytes = new Uint8Array(await response.arrayBuffer())
      return response.status === 404 ? null : bytes
    },
    removeSalt: (leaf) => drain(storeRequest('DELETE', salt(leaf), [204])),
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Reads what is left of an answer, so that its connection is free for the next request. */
async function drain(response: Promise<Response>): Promise<void> {
  await (await response).arrayBuffer()
}

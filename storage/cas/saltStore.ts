import { buffer } from 'node:stream/consumers'
import { type BlobStore, type ByteSource, openBlobStore } from '../blobs/blobStore.ts'
import type { FileSystem } from '../blobs/fileSystem.ts'
import { StoreError } from '../blobs/storeError.ts'

const SALT_BYTES = 32

/** Salts of records under their leaves. Erasing one closes its leaf for good. */
export interface SaltStore {
  /** Stores the salt of a leaf; true where none was there. Another salt than the first is refused. */
  put(leaf: string, source: ByteSource): Promise<boolean>
  get(leaf: string): Promise<Uint8Array>
  remove(leaf: string): Promise<void>
}

/** Opens the salts in a folder, which is made if need be. */
export async function openSaltStore(folder: string, fileSystem: FileSystem): Promise<SaltStore> {
  const blobs = await openBlobStore(folder, { maxBytes: SALT_BYTES, fileSystem })
  return {
    async put(leaf, source) {
      const salt = await readSalt(source)
      if ((await blobs.size(leaf)) !== null) {
        if (Buffer.compare(await read(blobs, leaf), salt) === 0) return false
        throw new StoreError(`leaf ${leaf} has another salt already`, {
          code: 'store_salt_taken',
          status: 409,
          hint: 'A leaf is made with one salt; take the one that made it.',
        })
      }
      await blobs.put([salt], () => leaf)
      return true
    },
    get: (leaf) => read(blobs, leaf),
    remove: (leaf) => blobs.remove(leaf),
  }
}

async function read(blobs: BlobStore, leaf: string): Promise<Uint8Array> {
  return buffer((await blobs.read(leaf)).stream)
}

async function readSalt(source: ByteSource): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of source) {
    length += chunk.length
    if (length > SALT_BYTES) break
    chunks.push(chunk)
  }
  if (length !== SALT_BYTES) {
    throw new StoreError(
      `a salt has ${SALT_BYTES} bytes, not ${length > SALT_BYTES ? 'more' : length}`,
      {
        code: 'store_salt',
        status: 400,
      },
    )
  }
  return Buffer.concat(chunks)
}

import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { diskFileSystem, type FileSystem } from './fileSystem.ts'
import { missing, StoreError } from './storeError.ts'

/** Bytes arriving one piece after another. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** What was written. */
export interface Written {
  name: string
  /** Whether it was not there before. */
  isNew: boolean
}

/**
 * Blobs in a folder, each under a name of 64 hex digits. A blob is there whole or not at all:
 * bytes go to a file beside the others, are flushed to disk, and only then get their name;
 * whatever a crash left unnamed is removed when the store is opened.
 */
export interface BlobStore {
  /**
   * Stores bytes.
   *
   * @param nameOf gives the name once all bytes are there, or throws to refuse them
   */
  put(source: ByteSource, nameOf: (sha256: string, size: number) => string): Promise<Written>
  /** Bytes of the blob, or null where it is not there. */
  size(name: string): Promise<number | null>
  /** The blob as a stream. Throws where it is not there. */
  read(name: string): Promise<{ size: number; stream: Readable }>
  /** Erases the blob; nothing happens where it is not there. */
  remove(name: string): Promise<void>
}

/**
 * Names a blob by the SHA-256 of its bytes.
 *
 * @param expected what it must be
 */
export function byHash(expected?: string): (sha256: string) => string {
  return (sha256) => {
    if (expected === undefined || sha256 === expected) return sha256
    throw new StoreError(`the bytes hash to ${sha256}, not to ${expected}`, {
      code: 'store_hash',
      status: 400,
      hint: 'Name a blob by the SHA-256 of its bytes.',
    })
  }
}

/** How a store behaves. */
export interface BlobStoreOptions {
  /** Most bytes a blob may have. */
  maxBytes: number
  fileSystem?: FileSystem
}

/**
 * Opens a store in a folder, which is made if need be. Only one process may have it open.
 *
 * @example
 * const store = await openBlobStore('.tributary/cas/blobs', { maxBytes: 2 ** 30 })
 * const { name } = await store.put([bytes], byHash())
 */
export async function openBlobStore(
  folder: string,
  { maxBytes, fileSystem = diskFileSystem }: BlobStoreOptions,
): Promise<BlobStore> {
  const files = fileSystem
  const incoming = join(folder, 'incoming')
  await files.rm(incoming, { recursive: true, force: true })
  await files.mkdir(incoming, { recursive: true })

  const folderOf = (name: string) => join(folder, name.slice(0, 2))
  const pathOf = (name: string) => join(folderOf(name), name)

  async function size(name: string): Promise<number | null> {
    try {
      return (await files.stat(pathOf(name))).size
    } catch (error) {
      if (isCode(error, 'ENOENT')) return null
      throw error
    }
  }

  async function writeIncoming(source: ByteSource, path: string) {
    const digest = createHash('sha256')
    let length = 0
    const file = await files.open(path, 'wx')
    try {
      for await (const chunk of source) {
        length += chunk.length
        if (length > maxBytes) {
          throw new StoreError(`the blob has more than the ${maxBytes} bytes allowed`, {
            code: 'store_oversized',
            status: 413,
            hint: 'Split it, or store it elsewhere.',
          })
        }
        digest.update(chunk)
        await writeWhole(file, chunk)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    return { sha256: digest.digest('hex'), length }
  }

  return {
    size,
    async put(source, nameOf) {
      const path = join(incoming, randomUUID())
      try {
        const { sha256, length } = await writeIncoming(source, path)
        const name = nameOf(sha256, length)
        const isNew = (await size(name)) === null
        await files.mkdir(folderOf(name), { recursive: true })
        await files.rename(path, pathOf(name))
        await syncFolder(files, folderOf(name))
        return { name, isNew }
      } catch (error) {
        await files.rm(path, { force: true })
        throw isCode(error, 'ENOSPC') || isCode(error, 'EDQUOT') ? diskFull(folder, error) : error
      }
    },
    async read(name) {
      const length = await size(name)
      if (length === null) throw missing(`blob ${name}`)
      return { size: length, stream: createReadStream(pathOf(name)) }
    },
    async remove(name) {
      await files.rm(pathOf(name), { force: true })
    },
  }
}

async function writeWhole(
  file: { write(chunk: Uint8Array): Promise<{ bytesWritten: number }> },
  chunk: Uint8Array,
): Promise<void> {
  // A nearly full disk may take part of a chunk before it refuses the rest.
  for (let rest = chunk; rest.length > 0; ) {
    const { bytesWritten } = await file.write(rest)
    rest = rest.subarray(bytesWritten)
  }
}

async function syncFolder(files: FileSystem, folder: string): Promise<void> {
  // Without this a power cut may undo the rename after the caller was told of success.
  const handle = await files.open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function diskFull(folder: string, cause: unknown): StoreError {
  return new StoreError(`the disk under ${folder} is full; nothing was stored`, {
    code: 'store_full',
    status: 507,
    hint: 'Free some space there and send it again.',
    cause,
  })
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

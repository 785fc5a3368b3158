import { open } from 'node:fs/promises'
import { diskFileSystem, type FileSystem } from '../blobs/fileSystem.ts'

/** A disk that takes so many bytes more and then is full (ENOSPC), as a real one: mid-write. */
export function fullDisk(capacity: number): FileSystem {
  let left = capacity
  const openLimited: typeof open = async (...parameters) => {
    const file = await open(...parameters)
    const write = file.write.bind(file) as (chunk: Uint8Array) => ReturnType<typeof file.write>
    const limited = async (chunk: Uint8Array) => {
      if (left === 0) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
      const taken = chunk.subarray(0, left)
      left -= taken.length
      return write(taken)
    }
    return Object.assign(file, { write: limited })
  }
  return { ...diskFileSystem, open: openLimited }
}

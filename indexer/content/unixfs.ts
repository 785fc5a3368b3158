import { type Cid, DAG_PB, RAW, readCid, readVarint } from './cid.ts'

/** A block of a file or folder of IPFS, read. */
export interface UnixFsNode {
  readonly kind: 'file' | 'folder'
  /** The bytes of a file that lie in this block itself. */
  readonly data: Uint8Array
  /** Blocks below: the parts of a file in order, or what lies in a folder by name. */
  readonly links: readonly { readonly name: string; readonly cid: Cid }[]
}

/** A block that is none of a file or folder, or of one that cannot be read here. */
export class UnixFsError extends Error {
  override readonly name = 'UnixFsError'
}

const FILE_TYPES = [0, 2]
const FOLDER_TYPE = 1

/** @throws UnixFsError when the block is none of a plain file or folder. */
export function readNode(cid: Cid, block: Uint8Array): UnixFsNode {
  if (cid.codec === RAW) return { kind: 'file', data: block, links: [] }
  if (cid.codec !== DAG_PB) {
    throw new UnixFsError(`a block of codec 0x${cid.codec.toString(16)} is no file`)
  }
  const fields = readFields(block)
  const unixfs = readFields(bytesOf(fields, 1) ?? new Uint8Array())
  const type = unixfs.find(({ number }) => number === 1)?.value
  const isFile = typeof type === 'number' && FILE_TYPES.includes(type)
  if (!isFile && type !== FOLDER_TYPE) {
    throw new UnixFsError(`a UnixFS node of type ${type} is neither a file nor a plain folder`)
  }
  return {
    kind: isFile ? 'file' : 'folder',
    data: bytesOf(unixfs, 2) ?? new Uint8Array(),
    links: fields
      .filter(({ number, value }) => number === 2 && typeof value !== 'number')
      .map(({ value }) => readLink(value as Uint8Array)),
  }
}

function readLink(bytes: Uint8Array): UnixFsNode['links'][number] {
  const fields = readFields(bytes)
  const cid = readCid(bytesOf(fields, 1) ?? new Uint8Array())
  if (cid === null) throw new UnixFsError('a link in a block names no content id')
  return { name: Buffer.from(bytesOf(fields, 2) ?? []).toString('utf8'), cid }
}

interface ProtobufField {
  readonly number: number
  readonly value: number | Uint8Array
}

function bytesOf(fields: readonly ProtobufField[], number: number): Uint8Array | undefined {
  const value = fields.find((field) => field.number === number)?.value
  return typeof value === 'number' ? undefined : value
}

function readFields(bytes: Uint8Array): ProtobufField[] {
  const fields: ProtobufField[] = []
  for (let at = 0; at < bytes.length; ) {
    const key = readVarint(bytes, at)
    const value = readVarint(bytes, key.end)
    at = value.end
    const number = Math.floor(key.value / 8)
    if (key.value % 8 === 0 && Number.isFinite(value.value)) {
      fields.push({ number, value: value.value })
    } else if (key.value % 8 === 2 && at + value.value <= bytes.length) {
      at += value.value
      fields.push({ number, value: bytes.subarray(value.end, at) })
    } else {
      throw new UnixFsError('a block is no protobuf')
    }
  }
  return fields
}

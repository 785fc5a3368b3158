import { type Cid, DAG_PB, RAW, readCid, readVarint } from './cid.ts'

/** A block of a file or folder of IPFS, read. */
export interface UnixFsNode {
  readonly kind: 'file' | 'folder' | 'shard'
  /** The bytes of a file that lie in this block itself. */
  readonly data: Uint8Array
  /**
   * Blocks below: the parts of a file in order, or what lies in a folder by name; in a shard of a
   * folder the number of the slot comes before the name.
   */
  readonly links: readonly { readonly name: string; readonly cid: Cid }[]
  /** Slots of a shard, a power of two; 0 of what is none. */
  readonly fanout: number
}

/** A block that is none of a file or folder, or of one that cannot be read here. */
export class UnixFsError extends Error {
  override readonly name = 'UnixFsError'
}

const KINDS = new Map<unknown, UnixFsNode['kind']>([
  [0, 'file'],
  [1, 'folder'],
  [2, 'file'],
  [5, 'shard'],
])
/** Of a shard: `murmur3-x64-64`, by its number in multihash's table, and the most slots that it may have. */
const SHARD_HASH = 0x22
const MAX_FANOUT = 1024

/** @throws UnixFsError when the block is none of a file or folder. */
export function readNode(cid: Cid, block: Uint8Array): UnixFsNode {
  if (cid.codec === RAW) return { kind: 'file', data: block, links: [], fanout: 0 }
  if (cid.codec !== DAG_PB) {
    throw new UnixFsError(`a block of codec 0x${cid.codec.toString(16)} is no file`)
  }
  const fields = readFields(block)
  const unixfs = readFields(bytesOf(fields, 1) ?? new Uint8Array())
  const type = numberOf(unixfs, 1)
  const kind = KINDS.get(type)
  if (kind === undefined) {
    throw new UnixFsError(`a UnixFS node of type ${type} is neither a file nor a folder`)
  }
  return {
    kind,
    data: bytesOf(unixfs, 2) ?? new Uint8Array(),
    links: fields
      .filter(({ number, value }) => number === 2 && typeof value !== 'number')
      .map(({ value }) => readLink(value as Uint8Array)),
    fanout: kind === 'shard' ? readFanout(unixfs) : 0,
  }
}

function readFanout(unixfs: readonly ProtobufField[]): number {
  const hash = numberOf(unixfs, 5)
  const fanout = numberOf(unixfs, 6) ?? 0
  const isPower = fanout > 1 && Number.isInteger(Math.log2(fanout))
  if (hash === SHARD_HASH && isPower && fanout <= MAX_FANOUT) return fanout
  throw new UnixFsError(
    `a sharded folder of ${fanout} slots by the hash 0x${hash?.toString(16)} cannot be read here`,
  )
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

function numberOf(fields: readonly ProtobufField[], number: number): number | undefined {
  const value = fields.find((field) => field.number === number)?.value
  return typeof value === 'number' ? value : undefined
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

import { createHash } from 'node:crypto'
import { base58 } from '../values/base58.ts'

/** Bytes of a file in one leaf, and links of one inner node: what `ipfs add` does by default. */
const CHUNK_BYTES = 262_144
const MAX_LINKS = 174

interface Node {
  /** Multihash: sha2-256, 32 bytes. */
  readonly hash: Uint8Array
  /** Bytes of the file below this node. */
  readonly fileSize: number
  /** Bytes of all blocks below and including this node. */
  readonly blockSize: number
}

/** The IPFS content id (version 0: UnixFS in dag-pb) that `ipfs add` gives a file. */
export function contentId(file: Uint8Array): string {
  let nodes: Node[] = []
  for (let start = 0; start === 0 || start < file.length; start += CHUNK_BYTES) {
    nodes.push(leaf(file.subarray(start, start + CHUNK_BYTES)))
  }
  while (nodes.length > 1) {
    const parents: Node[] = []
    for (let start = 0; start < nodes.length; start += MAX_LINKS) {
      parents.push(parent(nodes.slice(start, start + MAX_LINKS)))
    }
    nodes = parents
  }
  return base58(nodes[0].hash)
}

function leaf(data: Uint8Array): Node {
  const unixfs = [
    ...field(1, 2),
    ...(data.length > 0 ? [bytesField(2, data)] : []),
    ...field(3, data.length),
  ]
  return block([bytesField(1, concat(unixfs))], data.length, 0)
}

function parent(children: readonly Node[]): Node {
  const fileSize = children.reduce((sum, child) => sum + child.fileSize, 0)
  const below = children.reduce((sum, child) => sum + child.blockSize, 0)
  const unixfs = concat([
    ...field(1, 2),
    ...field(3, fileSize),
    ...children.flatMap((child) => field(4, child.fileSize)),
  ])
  const links = children.map((child) =>
    bytesField(
      2,
      concat([
        bytesField(1, child.hash),
        bytesField(2, new Uint8Array()),
        ...field(3, child.blockSize),
      ]),
    ),
  )
  return block([...links, bytesField(1, unixfs)], fileSize, below)
}

function block(parts: readonly Uint8Array[], fileSize: number, below: number): Node {
  const bytes = concat(parts)
  const digest = createHash('sha256').update(bytes).digest()
  return {
    hash: concat([Uint8Array.of(0x12, 0x20), digest]),
    fileSize,
    blockSize: bytes.length + below,
  }
}

/** A protobuf field of wire type 0. */
function field(number: number, value: number): Uint8Array[] {
  return [Uint8Array.of(number << 3), varint(value)]
}

/** A protobuf field of wire type 2. */
function bytesField(number: number, value: Uint8Array): Uint8Array {
  return concat([Uint8Array.of((number << 3) | 2), varint(value.length), value])
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest & 127) | 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
  return Uint8Array.from(bytes)
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

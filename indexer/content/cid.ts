import { createHash } from 'node:crypto'
import { keccak } from '../abi/keccak.ts'
import { base58 } from '../values/base58.ts'
import { decodeBase58, decodeMultibase, encodeBase32 } from './multibase.ts'

/** What a content id says of the bytes of its block: as they are, or protobuf with links. */
export const RAW = 0x55
export const DAG_PB = 0x70
export const SHA2_256 = 0x12

/** A content id of IPFS: how a block is to be read, and its hash. */
export interface Cid {
  readonly version: 0 | 1
  readonly codec: number
  readonly hash: number
  readonly digest: Uint8Array
}

/** @returns null when the text is no content id. */
export function parseCid(text: string): Cid | null {
  const isFirst = text.length === 46 && text.startsWith('Qm')
  const bytes = isFirst ? decodeBase58(text) : decodeMultibase(text)
  return bytes === null ? null : readCid(bytes)
}

/** @returns null when the bytes are no content id. */
export function readCid(bytes: Uint8Array): Cid | null {
  if (bytes[0] === SHA2_256 && bytes[1] === 32) {
    if (bytes.length !== 34) return null
    return { version: 0, codec: DAG_PB, hash: SHA2_256, digest: bytes.subarray(2) }
  }
  let at = 0
  const next = () => {
    const { value, end } = readVarint(bytes, at)
    at = end
    return value
  }
  const [version, codec, hash, length] = [next(), next(), next(), next()]
  if (version !== 1 || !Number.isSafeInteger(length) || at + length !== bytes.length) return null
  return { version, codec, hash, digest: bytes.subarray(at) }
}

/** A content id in its one form: base 58 in version 0, base 32 in version 1. */
export function cidText({ version, codec, hash, digest }: Cid): string {
  if (version === 0) return base58(Uint8Array.of(SHA2_256, digest.length, ...digest))
  const head = [version, codec, hash, digest.length].flatMap(varint)
  return encodeBase32(Uint8Array.of(...head, ...digest))
}

/** Whether a content id is that of a block: null when its hash is one that is not known here. */
export function isBlockOf(cid: Cid, block: Uint8Array): boolean | null {
  const digest = digestOf(cid.hash, block)
  return digest && Buffer.compare(digest, cid.digest) === 0
}

/** Names of hashes by their numbers in multihash's table, of those that are to be had here. */
const HASHES: Readonly<Record<number, string>> = {
  [SHA2_256]: 'sha256',
  19: 'sha512',
  20: 'sha3-512',
  21: 'sha3-384',
  22: 'sha3-256',
  23: 'sha3-224',
}
const IDENTITY = 0
const KECCAK_256 = 27

function digestOf(hash: number, block: Uint8Array): Uint8Array | null {
  if (hash === IDENTITY) return block
  if (hash === KECCAK_256) return keccak(block)
  const name = HASHES[hash]
  return name === undefined ? null : createHash(name).update(block).digest()
}

/** Reads a number of protobuf and of content ids; `NaN` where the bytes end in it. */
export function readVarint(
  bytes: Uint8Array,
  start: number,
): { readonly value: number; readonly end: number } {
  let value = 0
  for (let at = start, scale = 1; at < bytes.length && scale <= 2 ** 49; at++, scale *= 128) {
    value += (bytes[at] & 127) * scale
    if (bytes[at] < 128) return { value, end: at + 1 }
  }
  return { value: Number.NaN, end: bytes.length }
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  bytes.push(rest)
  return bytes
}

import { getBytes, hexlify, keccak256 } from 'ethers'
import { ByteWriter } from '../encoding/byteWriter.ts'
import { TributaryError } from '../errors/tributaryError.ts'
import { merkleRoot } from '../merkle/merkleTree.ts'
import { compareIds } from './largestRemainder.ts'

/** A vector is not in its form: unsorted, empty parts, or not a million. */
export class VectorError extends TributaryError {}

/** One part of an answer. Base model and commons are accounts 3 and 2 with clusterId 0. */
export interface VectorEntry {
  accountId: bigint
  clusterId: bigint
  /** Millionths of the contributors' pool, at least 1. */
  ppm: number
}

/** What the parts of every vector sum to. */
export const VECTOR_TOTAL_PPM = 1_000_000

const ENTRY_BYTES = 20

/** Refuses a vector that is not sorted, has an empty part, or does not sum to 1,000,000. */
export function checkVector(vector: readonly VectorEntry[]): void {
  let sum = 0
  vector.forEach((entry, at) => {
    if (!Number.isInteger(entry.ppm) || entry.ppm < 1) {
      throw new VectorError(`part ${at} of the vector is ${entry.ppm} ppm`, {
        code: 'vector_part',
        hint: 'Parts are whole and at least 1; leave out empty ones.',
      })
    }
    const before = vector[at - 1]
    if (before !== undefined && compareIds(before, entry) >= 0) {
      throw new VectorError(`part ${at} of the vector is out of order or repeated`, {
        code: 'vector_order',
        hint: 'Sort by account, then by cluster, each pair once.',
      })
    }
    sum += entry.ppm
  })
  if (sum !== VECTOR_TOTAL_PPM) {
    throw new VectorError(`the vector sums to ${sum} ppm, not ${VECTOR_TOTAL_PPM}`, {
      code: 'vector_sum',
    })
  }
}

/** A vector as bytes: `u64 accountId ‖ u64 clusterId ‖ u32 ppm` for each entry. */
export function encodeVector(vector: readonly VectorEntry[]): Uint8Array {
  checkVector(vector)
  const writer = new ByteWriter(vector.length * ENTRY_BYTES)
  for (const { accountId, clusterId, ppm } of vector) writer.u64(accountId).u64(clusterId).u32(ppm)
  return writer.bytes()
}

/** {@link encodeVector} as 0x-hex, the form in batches and JSON. */
export function vectorToHex(vector: readonly VectorEntry[]): string {
  return hexlify(encodeVector(vector))
}

/**
 * Reads a vector and checks it.
 *
 * @param encoded bytes, or their 0x-hex
 */
export function decodeVector(encoded: Uint8Array | string): VectorEntry[] {
  let bytes: Uint8Array
  try {
    bytes = getBytes(encoded)
  } catch (cause) {
    throw new VectorError('the vector is not hex', { code: 'vector_form', cause })
  }
  if (bytes.length % ENTRY_BYTES !== 0) {
    throw new VectorError(`the vector has ${bytes.length} bytes, not a multiple of 20`, {
      code: 'vector_form',
    })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const vector = Array.from({ length: bytes.length / ENTRY_BYTES }, (_, at) => ({
    accountId: view.getBigUint64(at * ENTRY_BYTES),
    clusterId: view.getBigUint64(at * ENTRY_BYTES + 8),
    ppm: view.getUint32(at * ENTRY_BYTES + 16),
  }))
  checkVector(vector)
  return vector
}

/**
 * Leaves of a vector: `keccak256(0x00 ‖ u64 account ‖ u64 cluster ‖ u32 ppm ‖ u32 prefix)`, where
 * prefix is the sum of the parts before it, so that one entry's wei can be proved alone.
 */
export function vectorLeaves(vector: readonly VectorEntry[]): string[] {
  checkVector(vector)
  let prefix = 0
  return vector.map(({ accountId, clusterId, ppm }) => {
    const leaf = new ByteWriter(25).u8(0).u64(accountId).u64(clusterId).u32(ppm).u32(prefix)
    prefix += ppm
    return keccak256(leaf.bytes())
  })
}

/** Merkle root over {@link vectorLeaves}: the receipt's vectorRoot. */
export function vectorRoot(vector: readonly VectorEntry[]): string {
  return merkleRoot(vectorLeaves(vector))
}

import { getBytes, keccak256 } from 'ethers'
import { ByteWriter } from '../encoding/byteWriter.ts'
import { TributaryError } from '../errors/tributaryError.ts'

/** A tree or a proof was asked for that cannot exist. */
export class MerkleError extends TributaryError {}

/** Root of a tree without leaves. */
export const EMPTY_ROOT = `0x${'00'.repeat(32)}`

/** `keccak256(0x01 ‖ left ‖ right)` of two 0x-hex hashes. */
export function merkleNode(left: string, right: string): string {
  return keccak256(new ByteWriter(65).u8(1).raw(getBytes(left)).raw(getBytes(right)).bytes())
}

/**
 * Root over leaf hashes in the given order; a node without a right neighbour moves up as it is.
 * Leaves must be hashes that no node can collide with (first byte of the preimage not 0x01).
 *
 * @param leaves 0x-hex, 32 bytes each
 */
export function merkleRoot(leaves: readonly string[]): string {
  let level = leaves
  while (level.length > 1) level = parents(level)
  return level[0] ?? EMPTY_ROOT
}

/** The siblings that lead from the leaf at `index` to the root, lowest first. */
export function merkleProof(leaves: readonly string[], index: number): string[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
    throw new MerkleError(`no leaf ${index} among ${leaves.length}`, { code: 'merkle_index' })
  }
  const proof: string[] = []
  let level = leaves
  for (let at = index; level.length > 1; at >>= 1) {
    const sibling = level[at ^ 1]
    if (sibling !== undefined) proof.push(sibling)
    level = parents(level)
  }
  return proof
}

/**
 * Whether `leaf` stands at `index` of the `count` leaves under `root`.
 *
 * @param proof as {@link merkleProof} gives it; a proof too long or too short does not verify
 */
export function verifyMerkleProof(
  leaf: string,
  index: number,
  count: number,
  proof: readonly string[],
  root: string,
): boolean {
  if (!Number.isInteger(index) || index < 0 || index >= count) return false
  let hash = leaf
  let used = 0
  let at = index
  for (let width = count; width > 1; width = (width + 1) >> 1) {
    if ((at ^ 1) < width) {
      const sibling = proof[used]
      if (sibling === undefined) return false
      used += 1
      hash = at % 2 === 0 ? merkleNode(hash, sibling) : merkleNode(sibling, hash)
    }
    at >>= 1
  }
  return used === proof.length && hash.toLowerCase() === root.toLowerCase()
}

function parents(level: readonly string[]): string[] {
  const above: string[] = []
  for (let at = 0; at < level.length; at += 2) {
    const left = level[at] as string
    const right = level[at + 1]
    above.push(right === undefined ? left : merkleNode(left, right))
  }
  return above
}

import { getBytes, keccak256 } from 'ethers'
import { ByteWriter } from '../encoding/byteWriter.ts'
import { MerkleError } from './merkleTree.ts'

/** A hash and the sum of all leaves below it. */
export interface SumNode {
  /** 0x-hex, 32 bytes. */
  hash: string
  /** u128, wei. */
  sum: bigint
}

/** What a claim shows to the contract, beside the depth that the contract keeps. */
export interface SumProof {
  id: bigint
  cumulative: bigint
  /** One a level, lowest first. */
  siblings: SumNode[]
}

/** Cumulative earnings of all accounts under one root. */
export interface MerkleSumTree {
  root: SumNode
  /** Smallest d with 2^d > the highest account id. */
  depth: number
  proof(id: bigint): SumProof
}

/** The largest tree that is built: 2^24 accounts. */
export const MAX_DEPTH = 24

/** `keccak256(0x00 ‖ u64 id ‖ u128 cumulative)`, with the sum beside it. */
export function sumLeaf(id: bigint, cumulative: bigint): SumNode {
  return {
    hash: keccak256(new ByteWriter(25).u8(0).u64(id).u128(cumulative).bytes()),
    sum: cumulative,
  }
}

/**
 * `keccak256(0x01 ‖ hL ‖ u128 sL ‖ hR ‖ u128 sR)`. Both child sums are hashed: a hash over
 * their total alone lets sums be moved between the children unnoticed.
 */
export function sumNode(left: SumNode, right: SumNode): SumNode {
  return {
    hash: keccak256(
      new ByteWriter(97)
        .u8(1)
        .raw(getBytes(left.hash))
        .u128(left.sum)
        .raw(getBytes(right.hash))
        .u128(right.sum)
        .bytes(),
    ),
    sum: left.sum + right.sum,
  }
}

/**
 * The Merkle-sum tree of an epoch. The index of a leaf is the account id, dense from 0, so
 * that leaving an account out or counting it twice shows; absent ids are leaves of 0 wei.
 *
 * @example
 * const tree = buildMerkleSumTree(new Map([[16n, 500n], [17n, 20n]]))
 * tree.root.sum // 520n
 * tree.proof(16n)
 */
export function buildMerkleSumTree(cumulative: ReadonlyMap<bigint, bigint>): MerkleSumTree {
  let maxId = 0n
  for (const [id, wei] of cumulative) {
    if (id < 0n || wei < 0n) {
      throw new MerkleError(`account ${id} has earned ${wei} wei: neither may be negative`, {
        code: 'merkle_sum_negative',
      })
    }
    if (id > maxId) maxId = id
  }
  const depth = maxId.toString(2).length - (maxId === 0n ? 1 : 0)
  if (depth > MAX_DEPTH) {
    throw new MerkleError(`account ${maxId} is beyond 2^${MAX_DEPTH}`, {
      code: 'merkle_sum_depth',
      hint: 'Account ids are dense; check where this one comes from.',
    })
  }
  const levels: SumNode[][] = [
    Array.from({ length: 2 ** depth }, (_, id) =>
      sumLeaf(BigInt(id), cumulative.get(BigInt(id)) ?? 0n),
    ),
  ]
  for (let level = 0; level < depth; level += 1) {
    const below = levels[level] as SumNode[]
    levels.push(
      Array.from({ length: below.length / 2 }, (_, at) =>
        sumNode(below[2 * at] as SumNode, below[2 * at + 1] as SumNode),
      ),
    )
  }
  return {
    root: (levels[depth] as SumNode[])[0] as SumNode,
    depth,
    proof: (id) => {
      if (id < 0n || id >= 1n << BigInt(depth)) {
        throw new MerkleError(`account ${id} has no leaf in a tree of depth ${depth}`, {
          code: 'merkle_sum_absent',
          hint: 'It has not earned anything up to this epoch.',
        })
      }
      const siblings = levels
        .slice(0, depth)
        .map((level, height) => level[(Number(id) >> height) ^ 1] as SumNode)
      return { id, cumulative: cumulative.get(id) ?? 0n, siblings }
    },
  }
}

/** Whether a proof leads to the root in a tree of that depth; what the contract checks. */
export function verifySumProof(proof: SumProof, depth: number, root: SumNode): boolean {
  if (proof.siblings.length !== depth || proof.id < 0n || proof.id >= 1n << BigInt(depth)) {
    return false
  }
  let node = sumLeaf(proof.id, proof.cumulative)
  proof.siblings.forEach((sibling, height) => {
    const right = (proof.id >> BigInt(height)) & 1n
    node = right === 1n ? sumNode(sibling, node) : sumNode(node, sibling)
  })
  return node.hash === root.hash && node.sum === root.sum
}

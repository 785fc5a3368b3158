import assert from 'node:assert/strict'
import { test } from 'node:test'
import { solidityPackedKeccak256 } from 'ethers'
import { randomNumbers } from '../testing/randomNumbers.ts'
import { buildMerkleSumTree, verifySumProof } from './merkleSumTree.ts'
import { MerkleError } from './merkleTree.ts'

const leaf = (id: bigint, wei: bigint) =>
  solidityPackedKeccak256(['uint8', 'uint64', 'uint128'], [0, id, wei])

test('two accounts by hand', () => {
  const tree = buildMerkleSumTree(new Map([[1n, 7n]]))
  assert.equal(tree.depth, 1)
  assert.equal(tree.root.sum, 7n)
  assert.equal(
    tree.root.hash,
    solidityPackedKeccak256(
      ['uint8', 'bytes32', 'uint128', 'bytes32', 'uint128'],
      [1, leaf(0n, 0n), 0n, leaf(1n, 7n), 7n],
    ),
  )
})

test('depth is the smallest that holds the highest id', () => {
  for (const [id, depth] of [
    [0n, 0],
    [1n, 1],
    [2n, 2],
    [3n, 2],
    [4n, 3],
    [16n, 5],
  ] as const) {
    assert.equal(buildMerkleSumTree(new Map([[id, 1n]])).depth, depth)
  }
  assert.equal(buildMerkleSumTree(new Map()).depth, 0)
})

test('every account proves its own amount and no other', () => {
  const random = randomNumbers(3)
  for (let round = 0; round < 20; round += 1) {
    const earned = new Map<bigint, bigint>()
    for (let count = random.below(12); count >= 0; count -= 1) {
      earned.set(random.bigint(60n), random.bigint(2n ** 90n))
    }
    const tree = buildMerkleSumTree(earned)
    assert.equal(
      tree.root.sum,
      [...earned.values()].reduce((sum, wei) => sum + wei, 0n),
    )
    for (const [id, wei] of earned) {
      const proof = tree.proof(id)
      assert.equal(proof.cumulative, wei)
      assert.ok(verifySumProof(proof, tree.depth, tree.root))
      assert.ok(!verifySumProof({ ...proof, cumulative: wei + 1n }, tree.depth, tree.root))
      assert.ok(
        !verifySumProof({ ...proof, id: id ^ 1n }, tree.depth, tree.root) || tree.depth === 0,
      )
      assert.ok(!verifySumProof(proof, tree.depth + 1, tree.root))
    }
  }
})

test('moving a sum between two siblings is noticed', () => {
  const tree = buildMerkleSumTree(
    new Map([
      [0n, 5n],
      [1n, 5n],
    ]),
  )
  const proof = tree.proof(0n)
  const moved = {
    ...proof,
    cumulative: 8n,
    siblings: proof.siblings.map((node) => ({ ...node, sum: 2n })),
  }
  assert.ok(!verifySumProof(moved, tree.depth, tree.root))
})

test('refuses negative amounts, ids beyond the limit, absent accounts', () => {
  assert.throws(() => buildMerkleSumTree(new Map([[1n, -1n]])), MerkleError)
  assert.throws(() => buildMerkleSumTree(new Map([[2n ** 40n, 1n]])), MerkleError)
  assert.throws(() => buildMerkleSumTree(new Map([[1n, 1n]])).proof(2n), MerkleError)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, hexlify, keccak256, toUtf8Bytes } from 'ethers'
import { randomNumbers } from '../testing/randomNumbers.ts'
import {
  EMPTY_ROOT,
  MerkleError,
  merkleProof,
  merkleRoot,
  verifyMerkleProof,
} from './merkleTree.ts'

const leaf = (name: string) => keccak256(toUtf8Bytes(name))
const node = (left: string, right: string) => keccak256(concat(['0x01', left, right]))

test('small trees by hand: an odd node moves up', () => {
  const [a, b, c] = [leaf('a'), leaf('b'), leaf('c')]
  assert.equal(merkleRoot([]), EMPTY_ROOT)
  assert.equal(merkleRoot([a]), a)
  assert.equal(merkleRoot([a, b]), node(a, b))
  assert.equal(merkleRoot([a, b, c]), node(node(a, b), c))
  assert.deepEqual(merkleProof([a, b, c], 2), [node(a, b)])
})

test('every leaf of every size proves itself, and nothing else', () => {
  const random = randomNumbers(2)
  for (let count = 1; count <= 33; count += 1) {
    const leaves = Array.from({ length: count }, () => hexlify(random.bytes(32)))
    const root = merkleRoot(leaves)
    leaves.forEach((hash, index) => {
      const proof = merkleProof(leaves, index)
      assert.ok(verifyMerkleProof(hash, index, count, proof, root))
      assert.ok(!verifyMerkleProof(leaf('x'), index, count, proof, root))
      assert.ok(!verifyMerkleProof(hash, index, count, [...proof, EMPTY_ROOT], root))
      assert.ok(!verifyMerkleProof(hash, index + count, count, proof, root))
      if (proof.length > 0) {
        assert.ok(!verifyMerkleProof(hash, index, count, proof.slice(1), root))
        assert.ok(!verifyMerkleProof(hash, index ^ 1, count, proof, root))
      }
    })
  }
})

test('there is no proof of a leaf that is not there', () => {
  assert.throws(() => merkleProof([leaf('a')], 1), MerkleError)
  assert.throws(() => merkleProof([], 0), MerkleError)
  assert.throws(() => merkleProof([leaf('a')], -1), MerkleError)
})

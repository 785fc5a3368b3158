import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Interface, keccak256, ZeroHash } from 'ethers'
import { AttributionSettlement } from '../abi/AttributionSettlement.ts'
import { commitmentOf, withCommitment } from './commitmentTail.ts'

const abi = new Interface(AttributionSettlement.abi)
const commitment = `0x0100${'ab'.repeat(40)}`
const hash = keccak256(commitment)

test('a commitment behind the arguments is found again, and the arguments stay what they are', () => {
  const commit = abi.encodeFunctionData('commitBatch', [1, 2, 3, 4, 5, hash, hash, 1, hash])
  const sent = withCommitment(commit, commitment)
  assert.equal(commitmentOf(sent, 'commitBatch', hash), commitment)
  assert.equal(abi.parseTransaction({ data: sent })?.args.daCommitment, hash)

  const post = abi.encodeFunctionData('postEpoch', [1, 1, 2, hash, 5, 3, 1, hash])
  assert.equal(commitmentOf(withCommitment(post, commitment), 'postEpoch', hash), commitment)
})

test('a commitment that is missing or another one is not taken', () => {
  const commit = abi.encodeFunctionData('commitBatch', [1, 2, 3, 4, 5, hash, hash, 1, hash])
  assert.equal(commitmentOf(commit, 'commitBatch', hash), undefined)
  assert.equal(commitmentOf('0x', 'commitBatch', hash), undefined)
  assert.equal(commitmentOf(withCommitment(commit, commitment), 'commitBatch', ZeroHash), undefined)
})

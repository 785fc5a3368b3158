import assert from 'node:assert/strict'
import { test } from 'node:test'
import { daCommitmentHash } from './daCommitmentHash.ts'

test('is keccak256 of the bytes, however they come', () => {
  const empty = '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'
  assert.equal(daCommitmentHash('0x'), empty)
  assert.equal(daCommitmentHash(new Uint8Array()), empty)
  assert.equal(daCommitmentHash('0x010000'), daCommitmentHash(new Uint8Array([1, 0, 0])))
})

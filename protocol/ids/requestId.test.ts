import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getBytes } from 'ethers'
import { IdError } from './inferenceNo.ts'
import { newRequestId, requestIdFromBytes32, requestIdToBytes32 } from './requestId.ts'

test('the example of RFC 9562 appendix A.6', () => {
  const random = getBytes('0x0cc318c4dc0c0c07398f')
  assert.equal(newRequestId(0x017f22e279b0, random), '017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
})

test('bytes32 keeps the text, zero-padded on the right', () => {
  const uuid = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'
  const bytes32 = '0x017f22e279b07cc398c4dc0c0c07398f00000000000000000000000000000000'
  assert.equal(requestIdToBytes32(uuid), bytes32)
  assert.equal(requestIdFromBytes32(bytes32), uuid)
})

test('refuses other UUIDs, wrong lengths and times', () => {
  assert.throws(() => requestIdToBytes32('6ba7b810-9dad-11d1-80b4-00c04fd430c8'), IdError)
  assert.throws(() => requestIdFromBytes32(`0x${'11'.repeat(32)}`), IdError)
  assert.throws(() => newRequestId(1, new Uint8Array(9)), IdError)
  assert.throws(() => newRequestId(-1, new Uint8Array(10)), IdError)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IdError, inferenceNo, splitInferenceNo } from './inferenceNo.ts'

test('puts the service above 48 bits of sequence, and takes it apart again', () => {
  assert.equal(inferenceNo(1, 0n), 281474976710656n)
  assert.equal(inferenceNo(65535, 2n ** 48n - 1n), 2n ** 64n - 1n)
  assert.deepEqual(splitInferenceNo(inferenceNo(7, 12n)), { serviceId: 7, seq: 12n })
})

test('refuses what lies outside', () => {
  for (const [service, seq] of [
    [0, 1n],
    [65536, 1n],
    [1.5, 1n],
    [1, -1n],
    [1, 2n ** 48n],
  ] as const) {
    assert.throws(() => inferenceNo(service, seq), IdError)
  }
  assert.throws(() => splitInferenceNo(5n), IdError)
  assert.throws(() => splitInferenceNo(2n ** 64n), IdError)
})

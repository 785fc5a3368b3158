import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BIT_SCALE } from './log2Fixed.ts'
import { spanBits } from './spanBits.ts'

test('rare tokens carry bits, common ones do not', () => {
  assert.equal(spanBits([1, 1], 1024), 10 * BIT_SCALE)
  assert.equal(spanBits([512, 512, 512], 1024), -7 * BIT_SCALE)
  assert.equal(spanBits([1], 1024), 0)
  assert.equal(spanBits([4, 4, 4], 1024), 14 * BIT_SCALE)
})

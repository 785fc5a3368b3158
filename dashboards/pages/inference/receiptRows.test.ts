import assert from 'node:assert/strict'
import { test } from 'node:test'
import { receiptRows } from './receiptRows.ts'

test('every field is a row, amounts keep all their digits', () => {
  assert.deepEqual(receiptRows('{"version":1,"fee":"100000000000000000001","nested":{"a":[1]}}'), [
    ['version', '1'],
    ['fee', '100000000000000000001'],
    ['nested', '{"a":[1]}'],
  ])
})

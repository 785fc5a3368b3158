import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countOf } from './countOf.ts'

test('counts in words', () => {
  assert.equal(countOf(0, 'record'), '0 records')
  assert.equal(countOf(1, 'record'), '1 record')
  assert.equal(countOf(1200, 'record'), '1,200 records')
})

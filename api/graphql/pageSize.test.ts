import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_PAGE, pageSize } from './pageSize.ts'

test('a page has the size that was asked for, or the field’s own', () => {
  assert.equal(pageSize(undefined, 20), 20)
  assert.equal(pageSize(null, 20), 20)
  assert.equal(pageSize(1, 20), 1)
  assert.equal(pageSize(MAX_PAGE, 20), MAX_PAGE)
})

test('an empty, a negative and an oversized page are refused', () => {
  for (const first of [0, -1, MAX_PAGE + 1]) {
    assert.throws(
      () => pageSize(first, 20),
      (error: Error & { extensions?: { code?: string } }) =>
        error.message === `"first" must be from 1 to 500, but is ${first}` &&
        error.extensions?.code === 'BAD_USER_INPUT',
    )
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogRange } from './logRange.ts'

test('ranges grow where logs are few, up to what is refused', () => {
  const range = new LogRange()
  const first = range.length
  range.answered(first, 10)
  assert.equal(range.length, first * 2)
  range.refused({ length: first, always: true })
  for (let answer = 0; answer < 20; answer++) range.answered(range.length, 10)
  assert.equal(range.length, first)
})

test('ranges shrink to some thousand logs where these are dense', () => {
  const range = new LogRange()
  range.answered(range.length, range.length * 100)
  const dense = range.length
  assert.ok(dense * 100 <= 10_000 && dense >= 1, `${dense} blocks`)
  range.answered(dense, dense * 100)
  assert.equal(range.length, dense)
  range.answered(dense, 1_000_000)
  assert.ok(range.length >= 1)
})

test('the short range at the end of a chain says nothing about the next one', () => {
  const range = new LogRange()
  const { length } = range
  range.answered(3, 1)
  assert.equal(range.length, length)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPaidForGood } from './isPaidForGood.ts'

const point = (state: string, finality: string | null) => ({
  state,
  finality,
  at: '2026-01-01T00:00:00Z',
  block: null,
  transaction: null,
})

test('an answer is followed until its payment is final', () => {
  assert.equal(isPaidForGood({ states: [point('METERED', null)] }), false)
  assert.equal(isPaidForGood({ states: [point('POSTED', 'FINALIZED')] }), false)
  assert.equal(isPaidForGood({ states: [point('PAID', 'UNSAFE')] }), false)
  assert.equal(isPaidForGood({ states: [point('PAID', 'FINALIZED')] }), true)
})

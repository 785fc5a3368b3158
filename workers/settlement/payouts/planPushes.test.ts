import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planPushes } from './planPushes.ts'

test('pays whoever is owed enough, in chunks, in the order of their ids', () => {
  const cumulative = new Map([
    [30n, 100n],
    [4n, 10n],
    [20n, 7n],
    [16n, 50n],
  ])
  const paid = new Map([
    [16n, 50n],
    [20n, 5n],
  ])
  assert.deepEqual(planPushes(cumulative, paid, 1n, 2), [[4n, 20n], [30n]])
  assert.deepEqual(planPushes(cumulative, paid, 10n, 64), [[4n, 30n]])
})

test('nobody is pushed for nothing, even when the smallest payout is 0 wei', () => {
  assert.deepEqual(planPushes(new Map([[1n, 5n]]), new Map([[1n, 5n]]), 0n), [])
  assert.deepEqual(planPushes(new Map([[1n, 0n]]), new Map(), 0n), [])
  assert.deepEqual(planPushes(new Map(), new Map(), 1n), [])
})

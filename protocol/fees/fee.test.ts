import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_PARAMS } from '../attribution/params.ts'
import { randomNumbers } from '../testing/randomNumbers.ts'
import { FeeError, fee } from './fee.ts'
import { splitFee } from './splitFee.ts'

test('a fee is rounded up to the next wei', () => {
  assert.equal(fee(1000, 1000, 3n, 4n), 7n)
  assert.equal(fee(1, 0, 1n, 1n), 1n)
  assert.equal(fee(1, 1, 499n, 501n), 1n)
  assert.equal(fee(1, 1, 500n, 501n), 2n)
  assert.equal(fee(0, 0, 5n, 5n), 0n)
  for (const count of [-1, 1.5, Number.NaN]) assert.throws(() => fee(count, 1, 1n, 1n), FeeError)
  assert.throws(() => fee(1, 1, -1n, 1n), FeeError)
})

const all = { modelOwner: true, host: true, stakers: true, curators: true }

test('a fee is split by the default points; absent roles and dust go to the treasury', () => {
  const { splitBps } = DEFAULT_PARAMS
  assert.deepEqual(splitFee(10_000n, splitBps, all), {
    contributors: 5000n,
    modelOwner: 1000n,
    host: 1000n,
    stakers: 2000n,
    curators: 0n,
    treasury: 1000n,
  })
  assert.equal(splitFee(10_000n, splitBps, { ...all, stakers: false, host: false }).treasury, 4000n)
  assert.equal(splitFee(9n, splitBps, all).treasury, 4n)
  assert.throws(() => splitFee(1n, { ...splitBps, host: 0 }, all), FeeError)
  assert.throws(() => splitFee(-1n, splitBps, all), FeeError)
})

test('the parts of any fee sum to it', () => {
  const random = randomNumbers(15)
  for (let round = 0; round < 300; round += 1) {
    const amount = random.bigint(2n ** 100n)
    const present = {
      modelOwner: random.below(2) === 0,
      host: random.below(2) === 0,
      stakers: random.below(2) === 0,
      curators: random.below(2) === 0,
    }
    const parts = Object.values(splitFee(amount, DEFAULT_PARAMS.splitBps, present))
    assert.ok(parts.every((wei) => wei >= 0n))
    assert.equal(
      parts.reduce((sum, wei) => sum + wei, 0n),
      amount,
    )
  }
})

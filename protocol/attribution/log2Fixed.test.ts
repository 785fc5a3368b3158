import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomNumbers } from '../testing/randomNumbers.ts'
import { BIT_SCALE, Log2Error, log2Fixed } from './log2Fixed.ts'

test('powers of two are exact, however large', () => {
  for (const power of [0, 1, 2, 15, 16, 17, 63, 64, 95, 96, 97, 500]) {
    assert.equal(log2Fixed(2n ** BigInt(power)), power * BIT_SCALE)
  }
})

test('is the logarithm rounded down: 2^(r/65536) ≤ x < 2^((r+1)/65536), by exact powers', () => {
  // x^65536 is too large to be handy, so the check is on x^256 against steps of 1/256 bit.
  const random = randomNumbers(11)
  for (let round = 0; round < 100; round += 1) {
    const value = random.bigint(2n ** 40n) + 1n
    const coarse = BigInt(Math.floor(log2Fixed(value) / 256))
    const power = value ** 256n
    assert.ok(power >= 1n << coarse && power < 1n << (coarse + 1n), `${value}`)
  }
})

test('agrees with floating point to one step', () => {
  for (const value of [3, 5, 7, 1000, 49152, 123456789]) {
    assert.ok(Math.abs(log2Fixed(value) - Math.floor(Math.log2(value) * BIT_SCALE)) <= 1)
  }
})

test('grows with its argument', () => {
  for (let value = 1; value < 3000; value += 1) assert.ok(log2Fixed(value) <= log2Fixed(value + 1))
})

test('refuses what has no logarithm', () => {
  for (const value of [0, -1, 1.5, Number.NaN, 0n, -2n]) {
    assert.throws(() => log2Fixed(value), Log2Error)
  }
})

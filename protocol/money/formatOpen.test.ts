import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomNumbers } from '../testing/randomNumbers.ts'
import { formatOpen } from './formatOpen.ts'
import { parseOpen } from './parseOpen.ts'

test('writes OPEN exactly and trimmed', () => {
  assert.equal(formatOpen(0n), '0')
  assert.equal(formatOpen(1n), '0.000000000000000001')
  assert.equal(formatOpen(10n ** 18n), '1')
  assert.equal(formatOpen(-1_500_000_000_000_000_000n), '-1.5')
  assert.equal(formatOpen(10n ** 27n + 10n ** 17n), '1000000000.1')
})

test('what is written is read back, for any amount', () => {
  const random = randomNumbers(1)
  for (let round = 0; round < 500; round += 1) {
    const wei = random.bigint(2n ** 100n) * (random.below(2) === 0 ? 1n : -1n)
    assert.equal(parseOpen(formatOpen(wei)), wei)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOpen } from './parseOpen.ts'
import { MoneyError } from './parseWei.ts'

test('reads OPEN as wei', () => {
  assert.equal(parseOpen('0'), 0n)
  assert.equal(parseOpen('1.5'), 1_500_000_000_000_000_000n)
  assert.equal(parseOpen('-0.000000000000000001'), -1n)
})

test('refuses what is not exact or not plain', () => {
  for (const text of ['', '1.', '.5', '01', '1e3', '1,5', ' 1', '0.0000000000000000001', '0x1']) {
    assert.throws(() => parseOpen(text), MoneyError, text)
  }
})

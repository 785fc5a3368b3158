import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MoneyError, parseWei } from './parseWei.ts'

test('reads whole wei and refuses everything else', () => {
  assert.equal(parseWei('0'), 0n)
  assert.equal(parseWei('-12'), -12n)
  assert.equal(parseWei('340282366920938463463374607431768211455'), 2n ** 128n - 1n)
  for (const text of ['', '1.0', '01', '-0', '1e18', '0x10', ' 1', '+1']) {
    assert.throws(() => parseWei(text), MoneyError, text)
  }
})

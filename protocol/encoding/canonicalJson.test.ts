import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CanonicalJsonError, canonicalBytes, canonicalJson } from './canonicalJson.ts'

test('the example of RFC 8785 section 3.2.2', () => {
  const value = {
    numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  }
  assert.equal(
    canonicalJson(value),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
  assert.deepEqual(canonicalBytes('é'), new Uint8Array([0x22, 0xc3, 0xa9, 0x22]))
})

test('refuses what JSON cannot say', () => {
  for (const value of [1n, Number.NaN, undefined, { a: 2n }, '\ud800']) {
    assert.throws(() => canonicalJson(value), CanonicalJsonError)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normalizeDecimal } from './normalizeDecimal.ts'

test('numbers have no zeros at the end, no exponent, and 34 digits at most', () => {
  const digits = '1234567890123456789012345678901234'
  const cases: Readonly<Record<string, string>> = {
    '0': '0',
    '0.000': '0',
    '-0.0': '0',
    '1.500': '1.5',
    '-12.3400': '-12.34',
    '100': '100',
    '100.00': '100',
    '0.00012': '0.00012',
    [digits]: digits,
    [`${digits}4`]: `${digits}0`,
    [`${digits}5`]: '12345678901234567890123456789012350',
    [`0.${digits}5`]: '0.1234567890123456789012345678901235',
    // Negative numbers are cut, never rounded away from zero.
    [`-9${digits}`]: `-9${digits.slice(0, 33)}0`,
    [`-0.9${digits}`]: `-0.9${digits.slice(0, 33)}`,
    [`-${digits}9`]: `-${digits}9`,
    ['9'.repeat(35)]: `1${'0'.repeat(35)}`,
    [`${'9'.repeat(34)}.5`]: `1${'0'.repeat(34)}`,
  }
  for (const [text, expected] of Object.entries(cases)) {
    assert.equal(normalizeDecimal(text), expected, text)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnalyticsError } from '../client/AnalyticsError.ts'
import { decodeValue } from './decodeValue.ts'

test('every type becomes the value that holds all of it', () => {
  const cases: [string, unknown, unknown][] = [
    ['UInt64', '18446744073709551615', 2n ** 64n - 1n],
    ['Int256', (-(2n ** 255n)).toString(), -(2n ** 255n)],
    ['UInt32', 4294967295, 4294967295],
    ['Int8', -1, -1],
    ["Enum8('a' = 1, 'b' = 2)", 'a', 'a'],
    ['String', 'x', 'x'],
    ["DateTime64(3, 'UTC')", '2026-11-21 12:00:00.123', new Date('2026-11-21T12:00:00.123Z')],
    ['Nullable(UInt64)', null, null],
    ['Nullable(UInt64)', '5', 5n],
    ['Array(Nullable(UInt64))', ['1', null], [1n, null]],
    ['LowCardinality(String)', 'x', 'x'],
    ['SimpleAggregateFunction(sum, Int256)', '7', 7n],
  ]
  for (const [type, value, expected] of cases) {
    assert.deepEqual(decodeValue(type, value), expected, type)
  }
})

test('digits that may have been lost, and types without an exact form, are errors', () => {
  const cases: [string, unknown][] = [
    ['UInt64', 5],
    ['Int256', 1e20],
    ['UInt64', ''],
    ['Decimal(38, 18)', '1.5'],
    ['DateTime64(3)', '2026-11-21 12:00:00.123'],
    ['UInt32', '5'],
  ]
  for (const [type, value] of cases) {
    assert.throws(() => decodeValue(type, value), AnalyticsError, type)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnalyticsError } from '../client/AnalyticsError.ts'
import {
  address,
  type Column,
  dateTime,
  hash,
  i8,
  i64,
  i256,
  oneOf,
  text,
  u16,
  u32,
  u64,
  uuid,
} from './column.ts'

const refuses = (column: Column<never>, values: unknown[]) => {
  for (const value of values) {
    assert.throws(() => column.toJson(value as never), AnalyticsError, `${column.type} ${value}`)
  }
}

test('whole numbers pass up to their type and no further', () => {
  assert.equal(u16.toJson(65535), 65535)
  assert.equal(u32.toJson(2 ** 32 - 1), 2 ** 32 - 1)
  assert.equal(i8.toJson(-1), -1)
  assert.equal(u64.toJson(2n ** 64n - 1n), '18446744073709551615')
  assert.equal(i64.toJson(-(2n ** 63n)), '-9223372036854775808')
  assert.equal(i256.toJson(2n ** 255n - 1n), (2n ** 255n - 1n).toString())
  refuses(u16, [65536, -1, 1.5, Number.NaN, '1', 1n])
  refuses(u32, [2 ** 32, -1])
  refuses(i8, [128, -129])
  refuses(u64, [2n ** 64n, -1n, 5, '5'])
  refuses(i64, [2n ** 63n])
  refuses(i256, [2n ** 255n, -(2n ** 255n) - 1n])
})

test('texts pass in their form alone', () => {
  const bytes = `0x${'Ab'.repeat(32)}`
  assert.equal(hash.toJson(bytes), bytes.toLowerCase())
  assert.equal(address.toJson(`0x${'Cd'.repeat(20)}`), `0x${'cd'.repeat(20)}`)
  assert.equal(
    uuid.toJson('018F0000-0000-7000-8000-000000000000'),
    '018f0000-0000-7000-8000-000000000000',
  )
  assert.equal(oneOf('a', 'b').toJson('b'), 'b')
  assert.equal(oneOf('a', 'b').type, "Enum8('a' = 1, 'b' = 2)")
  refuses(hash, ['ab'.repeat(32), '0x12', undefined])
  refuses(address, [`0x${'0'.repeat(64)}`])
  refuses(uuid, ['018f'])
  refuses(oneOf('a', 'b'), ['c', undefined])
  refuses(text, [undefined, 1, null])
})

test('moments keep their milliseconds', () => {
  assert.equal(dateTime.toJson(new Date('2026-11-21T12:00:00.123Z')), '2026-11-21 12:00:00.123')
  refuses(dateTime, [new Date(Number.NaN), new Date('1969-01-01'), new Date('2300-01-01'), 5])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bigIntToBytes, bytesToBigInt } from './bigIntBytes.ts'

test('writes the shortest two’s complement, little endian', () => {
  const hex = (value: bigint) => Buffer.from(bigIntToBytes(value)).toString('hex')
  assert.deepEqual([0n, 1n, 127n, 128n, 255n, 256n, -1n, -128n, -129n].map(hex), [
    '00',
    '01',
    '7f',
    '8000',
    'ff00',
    '0001',
    'ff',
    '80',
    '7fff',
  ])
})

test('reads back what it wrote, at every length', () => {
  for (let bits = 1n; bits < 600n; bits += 7n) {
    for (const value of [2n ** bits, 2n ** bits - 1n, -(2n ** bits), -(2n ** bits) - 1n]) {
      assert.equal(bytesToBigInt(bigIntToBytes(value)), value)
    }
  }
  assert.equal(bytesToBigInt(new Uint8Array()), 0n)
  assert.equal(bytesToBigInt(Uint8Array.of(0xff, 0xff, 0)), 65_535n)
})

test('refuses more bits than graph-node does', () => {
  assert.throws(() => bigIntToBytes(2n ** 435_412n), /BigInt is too big, total bits 435413/)
})

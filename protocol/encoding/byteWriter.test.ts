import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getBytes, solidityPacked } from 'ethers'
import { ByteWriter, EncodingError } from './byteWriter.ts'

test('writes what abi.encodePacked would', () => {
  const bytes = new ByteWriter(61)
    .u8(1)
    .u32(0xfffffffe)
    .u64(2n ** 64n - 2n)
    .u128(2n ** 128n - 3n)
    .raw(new Uint8Array(32).fill(9))
    .bytes()
  assert.deepEqual(
    bytes,
    getBytes(
      solidityPacked(
        ['uint8', 'uint32', 'uint64', 'uint128', 'bytes32'],
        [1, 0xfffffffe, 2n ** 64n - 2n, 2n ** 128n - 3n, new Uint8Array(32).fill(9)],
      ),
    ),
  )
})

test('refuses what does not fit, and an unfinished write', () => {
  assert.throws(() => new ByteWriter(1).u8(256), EncodingError)
  assert.throws(() => new ByteWriter(8).u64(2n ** 64n), EncodingError)
  assert.throws(() => new ByteWriter(8).u64(-1n), EncodingError)
  assert.throws(() => new ByteWriter(16).u128(2n ** 128n), EncodingError)
  assert.throws(() => new ByteWriter(2).u8(1).bytes(), EncodingError)
})

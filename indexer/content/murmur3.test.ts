import assert from 'node:assert/strict'
import { test } from 'node:test'
import { murmur3 } from './murmur3.ts'

test('hashes as MurmurHash3 does, texts of several blocks too', () => {
  const known: readonly (readonly [text: string, hash: bigint])[] = [
    ['', 0n],
    ['hello', 0xcbd8a7b341bd9b02n],
    ['hello, world', 0x342fac623a5ebc8en],
    ['19 Jan 2038 at 3:14:07 AM', 0xb89e5988b737affcn],
    ['The quick brown fox jumps over the lazy dog.', 0xcd99481f9ee902c9n],
  ]
  for (const [text, hash] of known) assert.equal(murmur3(Buffer.from(text, 'utf8')), hash, text)
})

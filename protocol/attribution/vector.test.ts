import assert from 'node:assert/strict'
import { test } from 'node:test'
import { solidityPacked, solidityPackedKeccak256 } from 'ethers'
import { merkleRoot } from '../merkle/merkleTree.ts'
import { randomNumbers } from '../testing/randomNumbers.ts'
import { splitPool } from './splitPool.ts'
import { decodeVector, type VectorEntry, VectorError, vectorRoot, vectorToHex } from './vector.ts'

const vector: VectorEntry[] = [
  { accountId: 2n, clusterId: 0n, ppm: 100_000 },
  { accountId: 3n, clusterId: 0n, ppm: 50_000 },
  { accountId: 16n, clusterId: 4n, ppm: 850_000 },
]

test('20 bytes an entry, read back, rooted with prefix sums', () => {
  const types = ['uint64', 'uint64', 'uint32']
  const hex = vectorToHex(vector)
  assert.equal(
    hex,
    solidityPacked([...types, ...types, ...types], [2, 0, 100_000, 3, 0, 50_000, 16, 4, 850_000]),
  )
  assert.deepEqual(decodeVector(hex), vector)
  const leaf = (...values: (number | bigint)[]) =>
    solidityPackedKeccak256(['uint8', ...types, 'uint32'], [0, ...values])
  assert.equal(
    vectorRoot(vector),
    merkleRoot([
      leaf(2, 0, 100_000, 0),
      leaf(3, 0, 50_000, 100_000),
      leaf(16, 4, 850_000, 150_000),
    ]),
  )
})

test('whatever is not a vector is refused', () => {
  const [a, b, c] = vector as [VectorEntry, VectorEntry, VectorEntry]
  const wrong = [
    [],
    [a, b],
    [b, a, c],
    [a, a, { ...c, ppm: 800_000 }],
    [a, { ...b, ppm: 0 }, { ...c, ppm: 900_000 }],
    [a, { ...b, ppm: -1 }, { ...c, ppm: 900_001 }],
    [{ ...a, ppm: 0.5 }, b, c],
  ]
  for (const one of wrong) assert.throws(() => vectorRoot(one), VectorError)
  for (const hex of ['0x', '0x12', 'zz', vectorToHex(vector).slice(0, -2)]) {
    assert.throws(() => decodeVector(hex), VectorError)
  }
})

test('a pool is split exactly, each part by its own prefix', () => {
  assert.deepEqual(splitPool(10n, vector), [1n, 0n, 9n])
  const random = randomNumbers(13)
  for (let round = 0; round < 100; round += 1) {
    let left = 1_000_000
    const entries: VectorEntry[] = []
    for (let id = 1n; left > 0; id += 1n) {
      const ppm = Math.min(left, 1 + random.below(200_000))
      entries.push({ accountId: id, clusterId: id, ppm })
      left -= ppm
    }
    const pool = random.bigint(2n ** 90n)
    const parts = splitPool(pool, entries)
    assert.equal(
      parts.reduce((sum, part) => sum + part, 0n),
      pool,
    )
    parts.forEach((part, at) => {
      const exact = pool * BigInt(entries[at]!.ppm)
      const error = part * 1_000_000n - exact
      assert.ok(error > -1_000_000n && error < 1_000_000n)
    })
  }
})

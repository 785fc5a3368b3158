import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GradientScore } from './evidence.ts'
import { gradientPath } from './gradientPath.ts'
import { DEFAULT_PARAMS } from './params.ts'
import { clusterPayees } from './pathShares.ts'

const row = (recordNo: bigint, score: bigint, clusterId = recordNo): GradientScore => ({
  recordNo,
  clusterId,
  accountId: clusterId + 100n,
  score,
})

function ppm(scores: GradientScore[], params = DEFAULT_PARAMS): Map<bigint, number> {
  const payees = clusterPayees({ v: 1, token: null, gradient: scores })
  const { entries, commons } = gradientPath(scores, payees, params)
  const whole = entries.reduce((sum, { weight }) => sum + weight, commons)
  const share = (weight: bigint) => Number((weight * 1_000_000n) / whole)
  return new Map([
    [0n, share(commons)],
    ...entries.map(({ clusterId, weight }): [bigint, number] => [clusterId, share(weight)]),
  ])
}

test('one record that stands out takes all of it', () => {
  assert.deepEqual(
    ppm([row(1n, 1_000_000n)]),
    new Map([
      [0n, 0],
      [1n, 1_000_000],
    ]),
  )
})

test('two equal ones share; effective number 2 is where the ramp starts', () => {
  assert.deepEqual(
    ppm([row(1n, 5n), row(2n, 5n)]),
    new Map([
      [0n, 0],
      [1n, 500_000],
      [2n, 500_000],
    ]),
  )
})

test('five equal ones: c = (5 − 2)/6, half goes to commons', () => {
  const result = ppm([1n, 2n, 3n, 4n, 5n].map((no) => row(no, 7n)))
  assert.equal(result.get(0n), 500_000)
  assert.equal(result.get(3n), 100_000)
})

test('eight or more equal ones: nobody stands out, all is commons', () => {
  for (const count of [8, 9, 40]) {
    const result = ppm(Array.from({ length: count }, (_, at) => row(BigInt(at + 1), 3n)))
    assert.deepEqual(result, new Map([[0n, 1_000_000]]))
  }
})

test('records of a cluster are netted before anything is cut', () => {
  const split = [row(1n, 100n), row(2n, -90n, 1n), row(3n, 10n)]
  assert.deepEqual(ppm(split), ppm([row(1n, 10n), row(3n, 10n)]))
  assert.equal(ppm([row(1n, 5n), row(2n, -5n, 1n)]).get(0n), 1_000_000)
})

test('negative clusters earn nothing and are reported', () => {
  const scores = [row(1n, 10n), row(2n, -4n), row(3n, -3n)]
  const { negative, entries } = gradientPath(scores, new Map([[1n, 101n]]), DEFAULT_PARAMS)
  assert.equal(negative, -7n)
  assert.deepEqual(
    entries.map(({ clusterId }) => clusterId),
    [1n],
  )
  assert.deepEqual(ppm([row(1n, -1n), row(2n, 0n)]), new Map([[0n, 1_000_000]]))
  assert.deepEqual(ppm([]), new Map([[0n, 1_000_000]]))
})

test('one outlier among 400 is cut down to the 99.5th percentile', () => {
  const many = Array.from({ length: 400 }, (_, at) => row(BigInt(at + 2), 10n))
  assert.equal(ppm([row(1n, 10n ** 12n), ...many]).get(0n), 1_000_000)
  // Among few scores the percentile is the largest of them, so that a clear winner is paid.
  assert.ok(ppm([row(1n, 10n ** 12n), ...many.slice(0, 30)]).get(1n)! > 999_000)
})

test('a tail below the minimum share is commons, not the winner’s', () => {
  const tail = Array.from({ length: 150 }, (_, at) => row(BigInt(at + 2), 1n))
  const result = ppm([row(1n, 850n), ...tail])
  // Shares: 0.85 and 150 × 0.001; those at the limit are paid, up to 64 clusters in all.
  assert.equal(result.size, 65)
  assert.equal(result.get(1n), 850_000)
  assert.equal(result.get(0n), 150_000 - 63_000)
  const finer = ppm([row(1n, 851n), ...tail])
  assert.equal(finer.size, 2)
})

test('the top is picked by score, then by smaller id', () => {
  const params = { ...DEFAULT_PARAMS, topClusters: 1 }
  assert.deepEqual([...ppm([row(2n, 5n), row(1n, 5n)], params).keys()], [0n, 1n])
  assert.deepEqual([...ppm([row(1n, 4n), row(2n, 5n)], params).keys()], [0n, 2n])
})

test('the unit of the scores does not matter', () => {
  const scores = [row(1n, 913n), row(2n, 55n), row(3n, 30n), row(4n, -3n)]
  assert.deepEqual(
    ppm(scores),
    ppm(scores.map((one) => ({ ...one, score: one.score * 10n ** 9n }))),
  )
})

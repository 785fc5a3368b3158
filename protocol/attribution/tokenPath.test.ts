import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TokenSpan } from './evidence.ts'
import { DEFAULT_PARAMS } from './params.ts'
import { clusterPayees } from './pathShares.ts'
import { spanBits } from './spanBits.ts'
import { tokenPath } from './tokenPath.ts'

const BIT = 65_536
const span = (bits: number, len: number, df: number, ...clusterIds: bigint[]): TokenSpan => ({
  start: 0,
  len,
  bits: bits * BIT,
  df,
  clusters: clusterIds.map((clusterId) => ({
    clusterId,
    accountId: clusterId + 100n,
    recordNo: clusterId,
  })),
})

/** Shares as exact fractions of the path's whole, by cluster; `commons` under 0n. */
function shares(spans: TokenSpan[]): Map<bigint, [bigint, bigint]> {
  const payees = clusterPayees({ v: 1, token: spans, gradient: null })
  const { entries, commons } = tokenPath(spans, payees, DEFAULT_PARAMS)
  const whole = entries.reduce((sum, { weight }) => sum + weight, commons)
  for (const { accountId, clusterId } of entries) assert.equal(accountId, clusterId + 100n)
  return new Map([
    [0n, [commons, whole]],
    ...entries.map(({ clusterId, weight }): [bigint, [bigint, bigint]] => [
      clusterId,
      [weight, whole],
    ]),
  ])
}

function assertShare(actual: [bigint, bigint] | undefined, part: bigint, whole: bigint): void {
  assert.ok(actual !== undefined)
  assert.equal(actual[0] * whole, actual[1] * part)
}

test('a span is divided by df² over its clusters, and nothing of it is commons', () => {
  const result = shares([span(30, 6, 2, 1n, 2n)])
  assertShare(result.get(1n), 1n, 2n)
  assertShare(result.get(2n), 1n, 2n)
  assertShare(result.get(0n), 0n, 1n)
})

test('a rare span outweighs a shared one: 30 bits alone against 30 bits among three', () => {
  const result = shares([span(30, 8, 1, 1n), span(30, 8, 3, 2n, 3n, 4n)])
  // 30 : 30/9 each : 30 + 3·30/9 = 40
  assertShare(result.get(1n), 3n, 4n)
  assertShare(result.get(2n), 1n, 12n)
})

test('spans that fail a test give their bits to commons', () => {
  const result = shares([
    span(40, 10, 1, 1n),
    span(19, 10, 1, 2n),
    span(41, 5, 1, 3n),
    span(20, 6, 65, ...Array.from({ length: 65 }, (_, at) => BigInt(at + 10))),
  ])
  assertShare(result.get(1n), 40n, 120n)
  assertShare(result.get(0n), 80n, 120n)
  assert.equal(result.size, 2)
})

test('the limits themselves qualify, and bits below zero count as none', () => {
  const result = shares([
    span(20, 6, 64, ...Array.from({ length: 64 }, (_, at) => BigInt(at + 1))),
    span(-5, 9, 1, 99n),
  ])
  assertShare(result.get(1n), 1n, 64n)
  assertShare(result.get(0n), 0n, 1n)
})

test('clusters that a capped list leaves out are commons', () => {
  const result = shares([span(30, 6, 4, 1n, 2n, 3n)])
  assertShare(result.get(0n), 1n, 4n)
})

test('what nobody holds is all commons', () => {
  for (const spans of [[], [span(10, 3, 1, 1n)], [span(30, 6, 2)]]) {
    const { entries, commons } = tokenPath(spans, new Map(), DEFAULT_PARAMS)
    assert.deepEqual(entries, [])
    assert.ok(commons > 0n)
  }
})

test('twice the same text in two clusters pays each a half, not more together', () => {
  const alone = shares([span(50, 9, 1, 1n), span(30, 9, 1, 5n)])
  const copied = shares([span(50, 9, 2, 1n, 2n), span(30, 9, 1, 5n)])
  const [part, whole] = alone.get(1n)!
  const [one, all] = copied.get(1n)!
  assert.ok(2n * one * whole < part * all)
})

test('bits as they come from counts work the same', () => {
  const bits = spanBits([1, 1, 1, 1, 1, 1], 1 << 20)
  const result = shares([{ ...span(0, 6, 1, 1n), bits }])
  assertShare(result.get(1n), 1n, 1n)
})

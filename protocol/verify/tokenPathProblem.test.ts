import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TokenSpan } from '../attribution/evidence.ts'
import { spanBits } from '../attribution/spanBits.ts'
import { tokenPathProblem } from './tokenPathProblem.ts'

const letters = (text: string) => [...text].map((letter) => letter.charCodeAt(0))
const records = new Map([
  [1n, letters('the quick brown fox')],
  [2n, letters('a quick brown dog')],
  [3n, letters('the quick brown fox!')],
  [4n, letters('zzzz')],
])
// Record 3 is a near-duplicate of record 1.
const clusterOf = new Map([
  [1n, 1n],
  [2n, 2n],
  [3n, 1n],
])
const data = { records, clusterOf, tokenize: letters }
const all = [...records.values()].flat()
const bitsOf = (text: string) =>
  spanBits(
    letters(text).map((letter) => all.filter((one) => one === letter).length),
    all.length,
  )
const cluster = (clusterId: bigint, recordNo = clusterId) => ({
  clusterId,
  recordNo,
  accountId: 20n,
})

const answer = 'XquickYzzX'
const honest: TokenSpan[] = [
  { start: 1, len: 5, bits: bitsOf('quick'), df: 2, clusters: [cluster(1n), cluster(2n)] },
  { start: 7, len: 2, bits: bitsOf('zz'), df: 1, clusters: [cluster(4n)] },
]

test('honest evidence is found again; runs without a bit above chance are not looked for', () => {
  assert.ok(bitsOf('zz') > 0)
  assert.equal(tokenPathProblem(answer, honest, data), null)
  assert.equal(tokenPathProblem('XYX', [], data), null)
})

test('a cluster that has grown since is no problem', () => {
  const merged = new Map([...clusterOf, [2n, 1n]])
  assert.equal(tokenPathProblem(answer, honest, { ...data, clusterOf: merged }), null)
})

test('everything that was left out, added or changed is named', () => {
  const [quick, zz] = honest as [TokenSpan, TokenSpan]
  const cases: [TokenSpan[], RegExp][] = [
    [[quick], /tokens 8 to 9 .* record 4, which the evidence leaves out/],
    [[quick, { ...zz, len: 1 }], /leaves out/],
    [[...honest, { ...zz, start: 5 }], /no maximal run/],
    [[quick, { ...zz, bits: zz.bits + 1 }], /bits/],
    [[{ ...quick, clusters: [cluster(1n), cluster(4n)] }, zz], /do not stand in record 4/],
    [[{ ...quick, df: 1, clusters: [cluster(1n)] }, zz], /2 clusters of 3 records, not in 1/],
    [[{ ...quick, df: 4 }, zz], /not in 4 clusters/],
    [[{ ...quick, clusters: [cluster(1n), cluster(3n)] }, zz], /record 2 too/],
  ]
  for (const [spans, problem] of cases) {
    assert.match(tokenPathProblem(answer, spans, data) ?? 'no problem', problem)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  checkEvidence,
  MAX_EVIDENCE_ROWS,
  type TokenSpan,
} from '@tributary/protocol/attribution/evidence'
import { randomNumbers } from '@tributary/protocol/testing/randomNumbers'
import { tokenEvidence } from './tokenEvidence.ts'

const span = (start: number, bits: number, clusterIds: bigint[], df = clusterIds.length) => ({
  start,
  len: 3,
  bits,
  df,
  clusters: clusterIds.map((clusterId) => ({ clusterId, accountId: 16n, recordNo: clusterId })),
})

test('few spans are kept whole, in the order of the answer and of the clusters', () => {
  assert.deepEqual(tokenEvidence([span(9, 50, [4n]), span(2, 900, [7n, 3n])]), [
    span(2, 900, [3n, 7n]),
    span(9, 50, [4n]),
  ])
})

test('what could be paid least goes first when there are too many rows', () => {
  const spans = [span(0, 100, [1n, 2n]), span(5, 90, [3n]), span(8, -5, [4n])]
  assert.deepEqual(tokenEvidence(spans, 3), [span(0, 100, [1n, 2n]), span(5, 90, [3n])])
  assert.deepEqual(tokenEvidence(spans, 2), [span(0, 100, [1n], 2), span(5, 90, [3n])])
})

test('a span whose holders were not listed still takes its row', () => {
  const common = span(0, 1000, [], 500)
  assert.deepEqual(tokenEvidence([common, span(4, 1, [2n])], 1), [common])
})

test('whatever is found, what is kept is valid evidence and does not depend on the order', () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const random = randomNumbers(seed)
    const spans: TokenSpan[] = Array.from({ length: random.below(400) }, (_, start) => {
      const ids = new Set(Array.from({ length: random.below(12) }, () => random.bigint(500n) + 1n))
      return span(
        start,
        random.below(2_000_000) - 100_000,
        [...ids],
        ids.size + random.below(3) + 1,
      )
    })
    const kept = tokenEvidence(spans)
    checkEvidence({ v: 1, token: kept, gradient: null })
    assert.deepEqual(tokenEvidence([...spans].reverse()), kept)
    const rows = kept.reduce((sum, { clusters }) => sum + Math.max(1, clusters.length), 0)
    assert.ok(rows <= MAX_EVIDENCE_ROWS)
  }
})

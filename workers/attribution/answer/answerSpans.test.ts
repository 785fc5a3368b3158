import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_PARAMS } from '@tributary/protocol/attribution/params'
import type { Candidate } from '../candidates/candidate.ts'
import { answerSpans } from './answerSpans.ts'

test('a span covers the characters of its tokens and says whether it is paid for', () => {
  const candidates = new Map<bigint, Candidate>([
    [7n, { recordNo: 7n, datanetId: 1n, accountId: 20n, clusterId: 5n, label: 'Ada' }],
  ])
  const span = {
    start: 1,
    len: 2,
    bits: 30 * 65_536,
    df: 1,
    clusters: [{ clusterId: 5n, accountId: 20n, recordNo: 7n }],
  }
  const offsets: [number, number][] = [
    [0, 2],
    [2, 5],
    [5, 9],
    [9, 10],
  ]
  const shown = {
    startChar: 2,
    endChar: 9,
    bits: 30 * 65_536,
    df: 1,
    qualified: false,
    holders: [{ recordNo: '7', clusterId: '5', accountId: '20', label: 'Ada' }],
  }
  assert.deepEqual(answerSpans([span], offsets, DEFAULT_PARAMS, candidates), [shown])
  const short = { ...DEFAULT_PARAMS, minSpanTokens: 2 }
  assert.deepEqual(answerSpans([span], offsets, short, candidates), [{ ...shown, qualified: true }])
})

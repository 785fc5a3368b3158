import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Candidate } from '../candidates/candidate.ts'
import { gradientEvidence, UnknownRecordError } from './gradientEvidence.ts'

const candidates = new Map<bigint, Candidate>(
  [1n, 2n, 3n, 4n].map((recordNo) => [
    recordNo,
    { recordNo, datanetId: 1n, accountId: 15n + recordNo, clusterId: recordNo, label: '' },
  ]),
)
candidates.set(3n, { ...candidates.get(3n)!, clusterId: 1n })

const row = (recordNo: bigint, clusterId: bigint, accountId: bigint, score: bigint) => ({
  recordNo,
  clusterId,
  accountId,
  score,
})

test('scores get their cluster and account and stand in the order of their records', () => {
  const scores = [
    { recordNo: 3n, score: 5n },
    { recordNo: 1n, score: -7n },
  ]
  assert.deepEqual(gradientEvidence(scores, candidates), [
    row(1n, 1n, 16n, -7n),
    row(3n, 1n, 18n, 5n),
  ])
})

test('of too many, the strongest of either sign are kept', () => {
  const scores = [
    { recordNo: 1n, score: 2n },
    { recordNo: 2n, score: -9n },
    { recordNo: 4n, score: 2n },
    { recordNo: 3n, score: 1n },
  ]
  assert.deepEqual(gradientEvidence(scores, candidates, 2), [
    row(1n, 1n, 16n, 2n),
    row(2n, 2n, 17n, -9n),
  ])
})

test('a record that is no candidate is refused', () => {
  assert.throws(
    () => gradientEvidence([{ recordNo: 9n, score: 1n }], candidates),
    UnknownRecordError,
  )
})

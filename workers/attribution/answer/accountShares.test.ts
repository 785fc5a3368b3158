import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Candidate } from '../candidates/candidate.ts'
import { accountShares } from './accountShares.ts'

const record = (recordNo: bigint, accountId: bigint, clusterId: bigint, label: string) =>
  ({ recordNo, accountId, clusterId, label, datanetId: 1n }) satisfies Candidate

test('clusters of one account are added up under the name of its first record', () => {
  const vector = [
    { accountId: 2n, clusterId: 0n, ppm: 100_000 },
    { accountId: 3n, clusterId: 0n, ppm: 300_000 },
    { accountId: 20n, clusterId: 5n, ppm: 250_000 },
    { accountId: 20n, clusterId: 9n, ppm: 50_000 },
    { accountId: 21n, clusterId: 6n, ppm: 300_000 },
  ]
  const candidates = [
    record(8n, 20n, 5n, 'later'),
    record(5n, 20n, 5n, 'Ada'),
    record(6n, 21n, 6n, 'Ben'),
    record(9n, 20n, 9n, 'other'),
  ]
  assert.deepEqual(accountShares(vector, candidates), [
    { accountId: '3', label: 'base model', ppm: 300_000 },
    { accountId: '20', label: 'Ada', ppm: 300_000 },
    { accountId: '21', label: 'Ben', ppm: 300_000 },
    { accountId: '2', label: 'commons', ppm: 100_000 },
  ])
})

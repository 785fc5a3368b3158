import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CommittedBatch } from '../chain/settlementChain.ts'
import { planEpoch } from './planEpoch.ts'

const batch = (batchId: bigint, fees: bigint, paramsVersion = 1): CommittedBatch => ({
  serviceId: 1,
  batchId,
  firstInferenceNo: batchId,
  count: 1,
  fees,
  receiptsRoot: '0x',
  attributionRoot: '0x',
  paramsVersion,
  daCommitment: '0x',
  blockNumber: 1,
  transactionHash: '0x',
})
const batches = [batch(1n, 5n), batch(2n, 7n), batch(3n, 1n), batch(4n, 2n, 2), batch(5n, 3n, 2)]

test('settles all open batches up to a change of the parameters', () => {
  assert.deepEqual(planEpoch({ epochId: 4n, firstBatch: 2n, sum: 5n }, batches), {
    epochId: 4n,
    firstBatch: 2n,
    lastBatch: 3n,
    paramsVersion: 1,
    sum: 13n,
    batches: [batches[1], batches[2]],
  })
  const next = planEpoch({ epochId: 5n, firstBatch: 4n, sum: 13n }, batches)
  assert.equal(next?.lastBatch, 5n)
  assert.equal(next?.sum, 18n)
  assert.equal(next?.paramsVersion, 2)
})

test('plans nothing without a final batch', () => {
  assert.equal(planEpoch({ epochId: 1n, firstBatch: 1n, sum: 0n }, []), undefined)
  assert.equal(planEpoch({ epochId: 6n, firstBatch: 6n, sum: 18n }, batches), undefined)
})

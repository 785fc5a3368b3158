import assert from 'node:assert/strict'
import { test } from 'node:test'
import { snapshotRoot } from '@tributary/protocol/records/snapshotRoot'
import type { ChainContribution } from '../../ingest/contributions/contributionsAfter.ts'
import { TrainingNotReady } from '../errors.ts'
import { freezeSnapshot } from './freezeSnapshot.ts'

const contribution = (id: number): ChainContribution => ({
  contributionId: BigInt(id),
  datanetId: 1n,
  accountId: 16n,
  firstRecordNo: BigInt(id * 10),
  records: 3,
  bytesTotal: 1n,
  contentRoot: `0x${String(id).padStart(64, '0')}`,
  manifestHash: `0x${'00'.repeat(32)}`,
  blockNumber: id,
})
const all = [1, 2, 3].map(contribution)
const { signal } = new AbortController()

test('waits while ingest gets on, and freezes all that is there', async () => {
  let looks = 0
  const source = {
    contributions: async () => all,
    ingested: async () => new Set(all.slice(0, ++looks).map((one) => one.contributionId)),
  }
  const snapshot = await freezeSnapshot(source, 1n, signal, 1000)
  assert.equal(looks, 3)
  assert.equal(snapshot.snapshotRoot, snapshotRoot(all))
  assert.equal(snapshot.lastRecordNo, 32n)
})

test('leaves out what ingest has refused', async () => {
  const source = { contributions: async () => all, ingested: async () => new Set([1n, 2n]) }
  const snapshot = await freezeSnapshot(source, 1n, signal, 600)
  assert.equal(snapshot.snapshotRoot, snapshotRoot(all.slice(0, 2)))
  assert.equal(snapshot.lastRecordNo, 22n)
  assert.equal(snapshot.contributions.length, 2)
})

test('an empty Datanet is no snapshot', async () => {
  const none = { contributions: async () => [], ingested: async () => new Set<bigint>() }
  await assert.rejects(freezeSnapshot(none, 9n, signal, 100), TrainingNotReady)
  const refused = { contributions: async () => all, ingested: async () => new Set<bigint>() }
  await assert.rejects(freezeSnapshot(refused, 9n, signal, 100), TrainingNotReady)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, hexlify, keccak256, sha256, solidityPackedKeccak256, toBeHex } from 'ethers'
import { merkleRoot } from '../merkle/merkleTree.ts'
import { randomNumbers } from '../testing/randomNumbers.ts'
import { canonicalRecord, RecordError } from './canonicalRecord.ts'
import { buildContribution, readContributionManifest } from './contributionManifest.ts'
import { recordLeaf } from './recordLeaf.ts'
import { snapshotRoot, snapshotsRoot } from './snapshotRoot.ts'

const random = randomNumbers(4)
const record = (body: string) =>
  canonicalRecord({ kind: 'text', body, lang: 'en', licence: 'MIT', source: { path: 'a.txt' } })

test('a leaf commits to salt, record and length', () => {
  const salt = random.bytes(32)
  const { recordId } = record('one')
  assert.equal(
    recordLeaf(salt, recordId, 77),
    solidityPackedKeccak256(
      ['uint8', 'bytes32', 'uint32'],
      [0, keccak256(concat([salt, recordId])), 77],
    ),
  )
  assert.throws(() => recordLeaf(random.bytes(31), recordId, 1))
})

test('a contribution binds its records in order and is read back', () => {
  const records = ['one', 'two', 'three'].map(record)
  const salts = records.map(() => random.bytes(32))
  const built = buildContribution(records, salts)
  assert.deepEqual(readContributionManifest(built.bytes), built.manifest)
  assert.equal(built.manifestHash, sha256(built.bytes))
  assert.equal(
    built.contentRoot,
    merkleRoot(
      records.map(({ recordId, bytes }, at) => recordLeaf(salts[at]!, recordId, bytes.length)),
    ),
  )
  assert.equal(built.bytesTotal, BigInt(records.reduce((sum, { bytes }) => sum + bytes.length, 0)))
  const swapped = buildContribution([records[1]!, records[0]!, records[2]!], salts)
  assert.notEqual(swapped.contentRoot, built.contentRoot)
})

test('empty, repeated and malformed contributions are refused', () => {
  const one = record('one')
  const salt = hexlify(random.bytes(32))
  assert.throws(() => buildContribution([], []), RecordError)
  assert.throws(() => buildContribution([one], []), RecordError)
  assert.throws(() => buildContribution([one, one], [salt, salt]), RecordError)
  for (const text of ['{}', '{"v":1,"records":[{}]}', 'no', '{"v":1,"records":{}}']) {
    assert.throws(() => readContributionManifest(new TextEncoder().encode(text)), RecordError)
  }
})

test('snapshots are rooted in the order of ids, whatever the order given', () => {
  const [a, b] = [toBeHex(1, 32), toBeHex(2, 32)]
  const first = { contributionId: 1n, firstRecordNo: 1n, records: 3, contentRoot: a }
  const second = { contributionId: 2n, firstRecordNo: 9n, records: 1, contentRoot: b }
  const leaf = solidityPackedKeccak256(
    ['uint8', 'uint64', 'uint64', 'uint32', 'bytes32'],
    [0, 1, 1, 3, a],
  )
  assert.equal(snapshotRoot([first]), leaf)
  assert.equal(snapshotRoot([first, second]), snapshotRoot([second, first]))
  const one = { datanetId: 1n, snapshotRoot: a, lastRecordNo: 9n }
  const two = { datanetId: 2n, snapshotRoot: b, lastRecordNo: 12n }
  assert.equal(snapshotsRoot([two, one]), snapshotsRoot([one, two]))
  assert.notEqual(snapshotsRoot([one]), snapshotsRoot([{ ...one, lastRecordNo: 10n }]))
  assert.equal(snapshotsRoot([]), toBeHex(0, 32))
})

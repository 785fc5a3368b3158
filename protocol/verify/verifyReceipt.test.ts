import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Wallet } from 'ethers'
import { evidenceToJson } from '../attribution/evidence.ts'
import { DEFAULT_PARAMS } from '../attribution/params.ts'
import { vectorToHex } from '../attribution/vector.ts'
import { type BatchBody, batchEntryToJson, batchRoots } from '../batches/batchBody.ts'
import { daCommitmentHash } from '../hashes/daCommitmentHash.ts'
import { requestIdFromBytes32 } from '../ids/requestId.ts'
import { type ReceiptBundle, readReceiptBundle } from '../messages/receiptBundle.ts'
import { snapshotToJson } from '../messages/snapshot.ts'
import { signReceipt } from '../receipts/receipt.ts'
import { snapshotsRoot } from '../records/snapshotRoot.ts'
import { sampleEntry } from '../testing/sampleEntry.ts'
import { batchDigest } from './batchDigest.ts'
import type { CheckName } from './check.ts'
import {
  type ChainFacts,
  type PublicFacts,
  VerificationError,
  verifyReceipt,
} from './verifyReceipt.ts'

const service = new Wallet(`0x${'01'.repeat(32)}`)
const domain = { chainId: 31337n, verifyingContract: `0x${'11'.repeat(20)}` }
const snapshots = [{ datanetId: 1n, snapshotRoot: `0x${'0a'.repeat(32)}`, lastRecordNo: 40n }]
const samples = await Promise.all(
  [0n, 1n, 2n].map(async (seq) => {
    const sample = await sampleEntry({
      seq,
      service,
      payer: new Wallet(`0x${'02'.repeat(32)}`),
      receiptDomain: domain,
      voucherDomain: { chainId: 31337n, verifyingContract: `0x${'22'.repeat(20)}` },
    })
    const receipt = { ...sample.entry.receipt, snapshotsRoot: snapshotsRoot(snapshots) }
    const signature = await signReceipt(receipt, domain, service)
    return { ...sample, entry: { ...sample.entry, receipt, signature } }
  }),
)
const { entry, evidence, messages, answer, salts } = samples[1]!
const body: BatchBody = {
  v: 1,
  serviceId: 1,
  batchId: 5n,
  firstInferenceNo: samples[0]!.entry.receipt.inferenceNo,
  paramsVersion: 1,
  receipts: samples.map((sample) => sample.entry),
}
const daCommitment = daCommitmentHash('0x010000')
const json = batchEntryToJson(entry)
const bundle: ReceiptBundle = readReceiptBundle({
  v: 1,
  requestId: requestIdFromBytes32(entry.receipt.requestId),
  inferenceNo: entry.receipt.inferenceNo.toString(),
  public: true,
  entry: json,
  receipt: json.receipt,
  signature: json.signature,
  vector: json.vector,
  rhoPpm: entry.rhoPpm,
  evidence: evidenceToJson(evidence),
  snapshots: snapshots.map(snapshotToJson),
  messages,
  answer,
  salts,
  batch: { serviceId: 1, batchId: '5', daCommitment },
})
const chain: ChainFacts = {
  domain,
  serviceSigners: [service.address],
  params: DEFAULT_PARAMS,
  model: { weightsHash: entry.receipt.adapterHash, snapshots },
  batchDigest: batchDigest({ ...batchRoots(body), ...body, daCommitment }),
}
const publicFacts: PublicFacts = { batch: body, tokenPath: { missing: 'no segments' } }

function failures(
  changed: Partial<ReceiptBundle>,
  facts: Partial<ChainFacts> = {},
  more: Partial<PublicFacts> = {},
): CheckName[] {
  const { checks, verified } = verifyReceipt(
    { ...bundle, ...changed },
    { ...chain, ...facts },
    { ...publicFacts, ...more },
  )
  const failed = checks.filter(({ ok }) => ok === false).map(({ name }) => name)
  assert.equal(verified, failed.length === 0)
  return failed
}

test('an honest receipt verifies, line by line; what cannot be checked says why', () => {
  const { checks, verified } = verifyReceipt(bundle, chain, publicFacts)
  assert.equal(verified, true)
  const open = checks.filter(({ ok }) => ok !== true)
  assert.deepEqual(open, [{ name: 'tokenPath', ok: null, says: 'not checked: no segments' }])
  assert.match(
    checks.find(({ name }) => name === 'inclusion')?.says ?? '',
    /receipt 2 of 3 in batch 5/,
  )
})

test('a private answer, and one without a batch yet, verify as far as they can', () => {
  const { messages: _m, answer: _a, salts: _s, ...rest } = bundle
  const secret = verifyReceipt({ ...rest, batch: null, evidence: null }, chain, publicFacts)
  assert.equal(secret.verified, true)
  assert.deepEqual(
    secret.checks.filter(({ ok }) => ok === null).map(({ name }) => name),
    ['evidence', 'attribution', 'inclusion', 'prompt', 'answer', 'tokenPath'],
  )
})

test('a single changed share does not verify, wherever it is changed', () => {
  const [first, second, ...others] = entry.vector
  const moved = vectorToHex([
    { ...first!, ppm: first!.ppm + 1 },
    { ...second!, ppm: second!.ppm - 1 },
    ...others,
  ])
  assert.deepEqual(failures({ vector: moved }), ['request'])
  assert.deepEqual(failures({ vector: moved, entry: { ...json, vector: moved } }), [
    'vectorRoot',
    'attribution',
  ])
  const broken = `${json.vector.slice(0, -8)}00000001`
  assert.deepEqual(failures({ entry: { ...json, vector: broken } }), [
    'request',
    'vectorRoot',
    'attribution',
    'split',
  ])
})

test('each lie is named by the checks it breaks', async () => {
  const receipt = { ...json.receipt, fee: (entry.receipt.fee + 1n).toString() }
  assert.deepEqual(failures({ entry: { ...json, receipt }, receipt }), [
    'signature',
    'fee',
    'inclusion',
  ])

  const dearer = { ...entry.receipt, fee: entry.receipt.fee + 1n }
  const resigned = batchEntryToJson({
    ...entry,
    receipt: dearer,
    signature: await signReceipt(dearer, domain, service),
  })
  assert.deepEqual(
    failures({ entry: resigned, receipt: resigned.receipt, signature: resigned.signature }),
    ['fee', 'inclusion'],
  )

  const { gradient } = bundle.evidence!
  const other = { ...bundle.evidence!, gradient: [{ ...gradient![0]!, score: '5' }] }
  assert.deepEqual(failures({ evidence: other }), ['evidence', 'attribution'])
  assert.deepEqual(failures({ rhoPpm: 1 }), ['request'])
  assert.deepEqual(failures({ entry: { ...json, rhoPpm: entry.rhoPpm + 1 } }), [
    'request',
    'attribution',
  ])
  assert.deepEqual(failures({ answer: `${answer}!` }), ['answer'])
  assert.deepEqual(failures({ messages: [{ role: 'user', content: 'else' }] }), ['prompt'])
  assert.deepEqual(failures({ inferenceNo: '7' }), ['request'])
  assert.deepEqual(failures({ snapshots: [] }), ['model'])
})

test('what the chain says decides', () => {
  assert.deepEqual(failures({}, { serviceSigners: [] }), ['signature'])
  assert.deepEqual(failures({}, { domain: { ...domain, chainId: 1n } }), ['signature'])
  assert.deepEqual(failures({}, { model: null }), ['model'])
  assert.deepEqual(failures({}, { model: { weightsHash: daCommitment, snapshots } }), ['model'])
  assert.deepEqual(
    failures({}, { model: { weightsHash: json.receipt.adapterHash, snapshots: [] } }),
    ['model'],
  )
  assert.deepEqual(failures({}, { batchDigest: null }), ['inclusion'])
  assert.deepEqual(failures({}, { batchDigest: daCommitment }), ['inclusion'])
  assert.deepEqual(failures({}, {}, { batch: null }), ['inclusion'])
  const without = { ...body, receipts: body.receipts.slice(0, 1) }
  assert.deepEqual(
    failures(
      {},
      { batchDigest: batchDigest({ ...batchRoots(without), ...without, daCommitment }) },
      { batch: without },
    ),
    ['inclusion'],
  )
  assert.deepEqual(failures({}, { params: { ...DEFAULT_PARAMS, feeRateIn: 1n } }), ['fee'])
  assert.deepEqual(failures({}, { params: { ...DEFAULT_PARAMS, version: 2 } }), ['fee', 'split'])
})

test('the token path is recomputed where its data is there', () => {
  const tokenPath = { records: new Map(), clusterOf: new Map(), tokenize: () => [] }
  assert.deepEqual(failures({}, {}, { tokenPath }), ['tokenPath'])
})

test('an answer without a receipt yet is said to be so', () => {
  assert.throws(
    () => verifyReceipt({ ...bundle, entry: null }, chain, publicFacts),
    VerificationError,
  )
})

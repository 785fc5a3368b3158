import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { Wallet } from 'ethers'
import { evidenceToJson } from '../attribution/evidence.ts'
import { batchEntryToJson } from '../batches/batchBody.ts'
import { canonicalRecord } from '../records/canonicalRecord.ts'
import { buildContribution } from '../records/contributionManifest.ts'
import { sampleEntry } from '../testing/sampleEntry.ts'
import { EVIDENCE, readAttributeResult, readAttributeSpec } from './attributeJob.ts'
import { CONTRIBUTION_MANIFEST } from './contributionManifestSchema.ts'
import { readEngineHealth, readInfluenceResult, readTrainDone } from './engineMessages.ts'
import { MessageError, messageReader } from './messageReader.ts'
import { type ModelManifest, modelManifestBytes, readModelManifest } from './modelManifest.ts'
import { readReceiptResult, readReceiptSpec, receiptJobKey } from './receiptJob.ts'
import { snapshotFromJson, snapshotToJson } from './snapshot.ts'
import { readTrainResult, readTrainSpec } from './trainJob.ts'

const hash = `0x${'ab'.repeat(32)}`
const bare = 'ab'.repeat(32)
const snapshot = { datanetId: '1', snapshotRoot: hash, lastRecordNo: '40' }
const { entry, evidence } = await sampleEntry({
  seq: 1n,
  service: new Wallet(`0x${'01'.repeat(32)}`),
  payer: new Wallet(`0x${'02'.repeat(32)}`),
  receiptDomain: { chainId: 31337n, verifyingContract: `0x${'11'.repeat(20)}` },
  voucherDomain: { chainId: 31337n, verifyingContract: `0x${'22'.repeat(20)}` },
})
const vector = batchEntryToJson(entry).vector

const manifest: ModelManifest = {
  v: 1,
  kind: 'adapter',
  alias: 'npm-guide',
  version: 1,
  base: hash,
  adapter: hash,
  datanets: [snapshot],
  config: { r: 8, alpha: 16, targets: ['q_proj'], layers: [28, 29], dropout: 0 },
  features: { hash, method: 'ekfac' },
  training: { seed: 1, steps: 9, lossFirst: 3.5, lossLast: 0.1, recordNos: ['1'], seconds: 70.5 },
  licence: 'CC0-1.0',
}

const attributeSpec = {
  requestId: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  inferenceNo: '281474976710656',
  modelId: '2',
  adapterHash: hash,
  baseHash: hash,
  featuresHash: null,
  messages: [{ role: 'user', content: 'hi' }],
  answer: 'ho',
  temperature: 0,
  snapshots: [snapshot],
  paramsVersion: 1,
}

const attributeResult = {
  rhoPpm: 20,
  evidenceRoot: hash,
  evidence: evidenceToJson(evidence),
  vector,
  spans: [
    {
      startChar: 0,
      endChar: 5,
      bits: -3,
      df: 1,
      qualified: false,
      holders: [{ recordNo: '1', clusterId: '1', accountId: '16', label: 'ms' }],
    },
  ],
  accounts: [{ accountId: '16', label: 'ms', ppm: 5 }],
}

const trainSpec = {
  v: 1,
  alias: 'npm-guide',
  version: 1,
  baseModelId: '1',
  ownerId: null,
  datanetIds: ['1'],
  seed: 0,
  config: { epochs: 15 },
  licence: 'MIT',
}

const trainResult = {
  v: 1,
  modelId: '2',
  adapterHash: hash,
  weightsHash: hash,
  manifestHash: hash,
  featuresHash: hash,
  snapshots: [snapshot],
  lossFirst: 2,
  lossLast: 1,
  seconds: 3,
}

const influence = {
  rhoPpm: 810_000,
  answerTokens: 1,
  logprobBase: -2.5,
  logprobAdapter: -1,
  answerTokenIds: [5],
  answerOffsets: [[0, 2]],
  scores: [{ recordNo: '1', score: '-1000000000' }],
}

const trainDone = {
  adapterHash: bare,
  weightsHash: bare,
  configJson: '{}',
  featuresHash: null,
  features: { records: 1, method: 'ekfac' },
  lossFirst: 2,
  lossLast: 1,
  seconds: 3,
}

const health = {
  ok: true,
  base: { hash: bare, tokenizerHash: bare, name: 'tiny', layers: 2, parameters: 9 },
}

const cases: [string, (value: unknown) => unknown, object, object[]][] = [
  [
    'train spec',
    readTrainSpec,
    trainSpec,
    [{ alias: 'Has Space' }, { datanetIds: [] }, { seed: -1 }],
  ],
  ['train result', readTrainResult, trainResult, [{ adapterHash: bare }, { lossLast: '1' }]],
  ['attribute spec', readAttributeSpec, attributeSpec, [{ inferenceNo: 5 }, { messages: [] }]],
  ['attribute result', readAttributeResult, attributeResult, [{ rhoPpm: 1e7 }, { evidence: {} }]],
  ['receipt spec', readReceiptSpec, batchEntryToJson(entry), [{ vector: 'ff' }, { roles: {} }]],
  [
    'receipt result',
    readReceiptResult,
    { serviceId: 1, batchId: '1', daCommitment: '0x0100', txHash: hash, blockNumber: 7 },
    [{ batchId: 1 }],
  ],
  [
    'influence result',
    readInfluenceResult,
    influence,
    [{ answerOffsets: [[1]] }, { scores: [{}] }],
  ],
  ['training result', readTrainDone, trainDone, [{ adapterHash: 'x' }]],
  ['engine health', readEngineHealth, health, [{ base: null }]],
]

for (const [name, read, good, changes] of cases) {
  test(`${name}: a right one passes, a wrong one is named`, () => {
    assert.deepEqual(read(JSON.parse(JSON.stringify(good))), good)
    for (const change of changes) {
      const field = Object.keys(change)[0]!
      assert.throws(
        () => read({ ...good, ...change }),
        (error) =>
          error instanceof MessageError &&
          error.message.startsWith(`${name} is wrong at /${field}`),
        field,
      )
      const { [field]: _gone, ...without } = good as Record<string, unknown>
      assert.throws(() => read(without), MessageError)
    }
  })
}

test('a model manifest is read back from its canonical bytes', () => {
  assert.deepEqual(readModelManifest(modelManifestBytes(manifest)), manifest)
  assert.throws(() => modelManifestBytes({ ...manifest, kind: 'other' as 'base' }), MessageError)
  assert.throws(() => modelManifestBytes({ ...manifest, more: 1 } as ModelManifest), MessageError)
})

test('what we write follows the schemas of what we read', () => {
  const record = canonicalRecord({
    kind: 'text',
    body: 'a',
    lang: 'en',
    licence: 'MIT',
    source: { path: 'a' },
  })
  const { manifest: contribution } = buildContribution([record], [new Uint8Array(32)])
  messageReader('contribution manifest', CONTRIBUTION_MANIFEST)(contribution)
  messageReader('evidence', EVIDENCE)(evidenceToJson(evidence))
  assert.deepEqual(snapshotToJson(snapshotFromJson(snapshot)), snapshot)
  assert.equal(receiptJobKey(281474976710657n), '00000281474976710657')
  assert.ok(new Ajv2020().validateSchema(CONTRIBUTION_MANIFEST))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Evidence, evidenceFromJson } from '@tributary/protocol/attribution/evidence'
import { DEFAULT_PARAMS } from '@tributary/protocol/attribution/params'
import { decodeVector } from '@tributary/protocol/attribution/vector'
import { type AttributeSpec, readAttributeResult } from '@tributary/protocol/messages/attributeJob'
import type { InfluenceResult } from '@tributary/protocol/messages/engineMessages'
import { EngineError } from '../engine-client/engineClient.ts'
import { buildSegment } from '../token-index/buildSegment.ts'
import { encodeSegment } from '../token-index/encodeSegment.ts'
import { attributeAnswer } from './attributeAnswer.ts'
import type { Candidate } from './candidates/candidate.ts'
import { CandidateCache, NotIndexedError } from './candidates/candidateCache.ts'
import type { CandidateStore } from './candidates/candidateStore.ts'

const tokenizerHash = `0x${'77'.repeat(32)}`
const hash = `0x${'ab'.repeat(32)}`
const { signal } = new AbortController()

/** Words of a small language; a token is a word. */
const words = 'left pad is a tiny package that pads strings on the other side of what nobody knows'
const vocabulary = [...new Set(words.split(' '))]
const tokensOf = (text: string) => text.split(' ').map((word) => vocabulary.indexOf(word))
const texts: [bigint, string][] = [
  [1n, 'left pad is a tiny package that pads strings'],
  [2n, 'what nobody knows is on the other side'],
  [3n, 'a tiny package that nobody knows'],
  [9n, 'left pad is a tiny package that pads strings on the left side'],
]
const records = texts.map(
  ([recordNo]): Candidate => ({
    recordNo,
    datanetId: 1n,
    accountId: 20n + recordNo,
    clusterId: recordNo,
    label: `author ${recordNo}`,
  }),
)
const blob = encodeSegment(
  buildSegment(
    { datanetId: 1n, tokenizerHash },
    texts.map(([recordNo, text]) => ({ recordNo, tokens: tokensOf(text) })),
  ),
).bytes

function store(known = records): CandidateStore & { version: () => Promise<string> } {
  return {
    version: async () => '1',
    candidates: async ([{ lastRecordNo }]) =>
      new Map(
        known
          .filter(({ recordNo }) => recordNo <= lastRecordNo)
          .map((candidate) => [candidate.recordNo, candidate]),
      ),
    segments: async () => [{ datanetId: 1n, lastRecordNo: 9n, manifestHash: hash }],
  }
}

const answer = 'left pad is a tiny package that pads strings'
const spec: AttributeSpec = {
  requestId: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  inferenceNo: '281474976710657',
  modelId: '2',
  adapterHash: hash,
  baseHash: hash,
  featuresHash: hash,
  messages: [{ role: 'user', content: 'What is left-pad?' }],
  answer,
  temperature: 0,
  snapshots: [{ datanetId: '1', snapshotRoot: hash, lastRecordNo: '3' }],
  paramsVersion: 1,
}

const influence: InfluenceResult = {
  rhoPpm: 20_000,
  answerTokens: 9,
  logprobBase: -40,
  logprobAdapter: -1,
  answerTokenIds: tokensOf(answer),
  answerOffsets: [...answer.matchAll(/\S+/g)].map(({ index, 0: word }) => [
    index,
    index + word.length,
  ]),
  scores: [
    { recordNo: '3', score: '40000000' },
    { recordNo: '1', score: '980000000' },
    { recordNo: '2', score: '-3000000' },
  ],
}

function parts(result = influence) {
  const kept: { inferenceNo: bigint; evidence: Evidence }[] = []
  let asked = 0
  return {
    kept,
    asked: () => asked,
    engine: {
      async influence() {
        asked += 1
        return result
      },
    },
    tokenizerHash: async () => tokenizerHash,
    candidates: new CandidateCache(store(), { get: async () => blob }),
    paramsOf: async () => ({ ...DEFAULT_PARAMS, minSpanBits: 10 * 65_536 }),
    async keepEvidence(inferenceNo: bigint, evidence: Evidence) {
      kept.push({ inferenceNo, evidence })
    },
  }
}

test('the author of what was said word for word and by influence gets nearly all', async () => {
  const made = parts()
  const result = await attributeAnswer(made, spec, signal)
  assert.deepEqual(readAttributeResult(JSON.parse(JSON.stringify(result))), result)
  const vector = decodeVector(result.vector)
  assert.equal(
    vector.reduce((sum, { ppm }) => sum + ppm, 0),
    1_000_000,
  )
  assert.deepEqual(result.accounts.map(({ accountId, label }) => [accountId, label]).slice(0, 1), [
    ['21', 'author 1'],
  ])
  assert.ok(result.accounts[0].ppm > 900_000)
  assert.equal(result.accounts.find(({ accountId }) => accountId === '3')?.ppm, 20_000)
  assert.deepEqual(
    result.spans.map(({ startChar, endChar, df, qualified, holders }) => ({
      text: answer.slice(startChar, endChar),
      df,
      qualified,
      holders: holders.map(({ recordNo }) => recordNo),
    })),
    [{ text: answer, df: 1, qualified: true, holders: ['1'] }],
  )
  // Stored before it decides anything, and the same as what the result says.
  assert.equal(made.kept.length, 1)
  assert.deepEqual(made.kept[0].evidence, evidenceFromJson(result.evidence))
})

test('the same job gives the same result', async () => {
  const first = await attributeAnswer(parts(), spec, signal)
  const reordered = { ...influence, scores: [...influence.scores].reverse() }
  assert.deepEqual(await attributeAnswer(parts(reordered), spec, signal), first)
})

test('a record beyond the snapshot holds nothing', async () => {
  const result = await attributeAnswer(parts(), spec, signal)
  assert.ok(!JSON.stringify(result).includes('author 9'))
  const later = { ...spec, snapshots: [{ ...spec.snapshots[0], lastRecordNo: '9' }] }
  const { spans } = await attributeAnswer(parts(), later, signal)
  assert.equal(spans[0].df, 2)
})

test("an answer of the base, or none at all, is the base model's", async () => {
  for (const change of [{ adapterHash: null, featuresHash: null }, { answer: '' }]) {
    const made = parts()
    const result = await attributeAnswer(made, { ...spec, ...change }, signal)
    assert.deepEqual(result.accounts, [{ accountId: '3', label: 'base model', ppm: 1_000_000 }])
    assert.deepEqual(result.evidence, { v: 1, token: null, gradient: null })
    assert.equal(made.asked(), 0)
  }
})

test('without features the gradient path is commons', async () => {
  const result = await attributeAnswer(parts(), { ...spec, featuresHash: null }, signal)
  assert.equal(result.evidence.gradient, null)
  const commons = result.accounts.find(({ label }) => label === 'commons')
  assert.equal(commons?.ppm, 686_000)
})

test('an answer that the engine cannot read again whole is commons; other refusals are errors', async () => {
  const refused = (code: string) => ({
    ...parts(),
    engine: {
      async influence(): Promise<InfluenceResult> {
        throw new EngineError(400, code, 'refused')
      },
    },
  })
  const result = await attributeAnswer(refused('context_length_exceeded'), spec, signal)
  assert.deepEqual(result.accounts, [{ accountId: '2', label: 'commons', ppm: 1_000_000 }])
  await assert.rejects(attributeAnswer(refused('features'), spec, signal), EngineError)
})

test('records that ingest has not indexed yet make the job wait', async () => {
  const late = { ...records[0], recordNo: 2n ** 40n, clusterId: 2n ** 40n }
  const cache = new CandidateCache(store([...records, late]), { get: async () => blob })
  const all = [{ datanetId: 1n, snapshotRoot: hash, lastRecordNo: 2n ** 41n }]
  await assert.rejects(cache.of(all, tokenizerHash), NotIndexedError)
})

test('an index is kept until ingest writes something', async () => {
  let version = 1
  let made = 0
  const counted: CandidateStore = {
    ...store(),
    version: async () => `${version}`,
    async candidates(snapshots) {
      made += 1
      return store().candidates(snapshots)
    },
  }
  const cache = new CandidateCache(counted, { get: async () => blob })
  const snapshots = [{ datanetId: 1n, snapshotRoot: hash, lastRecordNo: 9n }]
  const first = await cache.of(snapshots, tokenizerHash)
  assert.equal(await cache.of(snapshots, tokenizerHash), first)
  version = 2
  assert.notEqual(await cache.of(snapshots, tokenizerHash), first)
  assert.equal(made, 2)
})

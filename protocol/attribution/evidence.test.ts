import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sha256, toUtf8Bytes } from 'ethers'
import {
  type Evidence,
  EvidenceError,
  evidenceFromJson,
  evidenceRoot,
  evidenceToJson,
  MAX_EVIDENCE_ROWS,
  type TokenSpan,
} from './evidence.ts'

const cluster = { clusterId: 4n, accountId: 16n, recordNo: 5n }
const span: TokenSpan = { start: 0, len: 6, bits: 1_400_000, df: 2, clusters: [cluster] }
const score = { recordNo: 5n, clusterId: 4n, accountId: 16n, score: -12n }
const evidence: Evidence = { v: 1, token: [span], gradient: [score] }

test('the root is the hash of the canonical JSON', () => {
  assert.equal(
    evidenceRoot({ v: 1, token: null, gradient: null }),
    sha256(toUtf8Bytes('{"gradient":null,"token":null,"v":1}')),
  )
  assert.equal(
    evidenceRoot(evidence),
    sha256(
      toUtf8Bytes(
        '{"gradient":[{"accountId":"16","clusterId":"4","recordNo":"5","score":"-12"}],"token":[{"bits":1400000,"clusters":[{"accountId":"16","clusterId":"4","recordNo":"5"}],"df":2,"len":6,"start":0}],"v":1}',
      ),
    ),
  )
})

test('evidence is read back from its JSON', () => {
  assert.deepEqual(evidenceFromJson(JSON.parse(JSON.stringify(evidenceToJson(evidence)))), evidence)
})

test('evidence that contradicts itself is refused', () => {
  const wrong: Evidence[] = [
    { ...evidence, v: 2 as 1 },
    { ...evidence, token: [{ ...span, df: 0 }] },
    { ...evidence, token: [{ ...span, len: 0 }] },
    { ...evidence, token: [{ ...span, bits: 1.5 }] },
    { ...evidence, token: [{ ...span, clusters: [cluster, cluster] }] },
    { ...evidence, token: [{ ...span, clusters: [{ ...cluster, clusterId: 6n }] }] },
    { ...evidence, token: [{ ...span, clusters: [{ ...cluster, accountId: 0n }] }] },
    { ...evidence, gradient: [score, score] },
    { ...evidence, token: Array.from({ length: MAX_EVIDENCE_ROWS + 1 }, () => span) },
  ]
  for (const one of wrong) assert.throws(() => evidenceRoot(one), EvidenceError)
  const json = evidenceToJson(evidence)
  for (const one of [
    {},
    { ...json, token: [{}] },
    { ...json, gradient: [{ ...json.gradient?.[0], score: '1.5' }] },
    { ...json, gradient: [{ ...json.gradient?.[0], recordNo: '05' }] },
  ]) {
    assert.throws(() => evidenceFromJson(one as typeof json), EvidenceError)
  }
})

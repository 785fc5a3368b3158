import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Wallet } from 'ethers'
import { DEFAULT_PARAMS } from '../attribution/params.ts'
import { FeeError } from '../fees/fee.ts'
import { inferenceLines } from '../fees/inferenceLines.ts'
import { merkleProof, verifyMerkleProof } from '../merkle/merkleTree.ts'
import { receiptLeaf } from '../receipts/receipt.ts'
import { sampleEntry } from '../testing/sampleEntry.ts'
import {
  type BatchBody,
  type BatchEntryJson,
  BatchError,
  batchBodyFromJson,
  batchEntryFromJson,
  batchEntryToJson,
  batchRoots,
  decodeBatchBody,
  encodeBatchBody,
} from './batchBody.ts'
import { decodeEpochBody, encodeEpochBody, epochTree } from './epochBody.ts'

const samples = await Promise.all(
  [0n, 1n, 2n].map((seq) =>
    sampleEntry({
      seq,
      service: new Wallet(`0x${'01'.repeat(32)}`),
      payer: new Wallet(`0x${'02'.repeat(32)}`),
      receiptDomain: { chainId: 31337n, verifyingContract: `0x${'11'.repeat(20)}` },
      voucherDomain: { chainId: 31337n, verifyingContract: `0x${'22'.repeat(20)}` },
    }),
  ),
)
const entries = samples.map(({ entry }) => entry)
const first = entries[0]!
const body: BatchBody = {
  v: 1,
  serviceId: 1,
  batchId: 4n,
  firstInferenceNo: first.receipt.inferenceNo,
  paramsVersion: 1,
  receipts: entries,
}

test('a batch is read back as it was written', () => {
  const bytes = encodeBatchBody(body)
  assert.deepEqual(decodeBatchBody(bytes), body)
  assert.deepEqual(encodeBatchBody(decodeBatchBody(bytes)), bytes)
  const unowned = { ...first, roles: { modelOwner: null, host: null } }
  assert.deepEqual(batchEntryToJson(unowned).roles, { modelOwner: '0', host: '0' })
  assert.deepEqual(batchEntryFromJson(batchEntryToJson(unowned)), unowned)
})

test('its roots prove each receipt', () => {
  const roots = batchRoots(body)
  assert.equal(roots.count, 3)
  assert.equal(
    roots.fees,
    entries.reduce((sum, { receipt }) => sum + receipt.fee, 0n),
  )
  const leaves = entries.map(({ receipt }) => receiptLeaf(receipt))
  leaves.forEach((leaf, at) => {
    assert.ok(verifyMerkleProof(leaf, at, 3, merkleProof(leaves, at), roots.receiptsRoot))
  })
})

test('gaps, other versions, other services and other vectors are refused', () => {
  const [a, b, c] = entries as [typeof first, typeof first, typeof first]
  const other = { ...b, receipt: { ...b.receipt, paramsVersion: 2 } }
  for (const receipts of [[], [a, c], [b, a], [a, other]]) {
    assert.throws(() => encodeBatchBody({ ...body, receipts }), BatchError)
  }
  assert.throws(() => encodeBatchBody({ ...body, serviceId: 2 }), BatchError)
  assert.throws(() => decodeBatchBody(new TextEncoder().encode('{')), BatchError)
  assert.throws(() => decodeBatchBody(new TextEncoder().encode('{"v":1}')), BatchError)

  const json = batchEntryToJson(a)
  const wrong: Partial<BatchEntryJson>[] = [
    { vector: batchEntryToJson(b).vector },
    { rhoPpm: -1 },
    { roles: { modelOwner: '-1', host: '0' } },
    { signature: undefined as unknown as string },
  ]
  for (const change of wrong) {
    assert.throws(() => batchEntryFromJson({ ...json, ...change }), BatchError)
  }
  const whole = JSON.parse(new TextDecoder().decode(encodeBatchBody(body)))
  assert.throws(() => batchBodyFromJson({ ...whole, batchId: 4 }), BatchError)
})

test('every wei of a fee has a line, whoever fills the roles', () => {
  for (const entry of entries) {
    for (const roles of [
      entry.roles,
      { modelOwner: null, host: 18n },
      { modelOwner: null, host: null },
    ]) {
      const lines = inferenceLines({ ...entry, roles }, DEFAULT_PARAMS)
      assert.equal(
        lines.reduce((sum, { wei }) => sum + wei, 0n),
        entry.receipt.fee,
      )
      assert.equal(
        lines.reduce((sum, { ppm }) => sum + ppm, 0),
        1_000_000,
      )
      const half = lines
        .filter(({ path }) => path === 'vector')
        .reduce((sum, { wei }) => sum + wei, 0n)
      assert.equal(half, entry.receipt.fee / 2n)
      assert.equal(lines.at(-1)?.role, 'treasury')
      assert.equal(
        lines.some(({ role }) => role === 'modelOwner'),
        roles.modelOwner !== null,
      )
      for (const line of lines) {
        if (line.accountId === 3n) assert.equal(line.role, 'base')
        if (line.clusterId !== 0n) assert.equal(line.role, 'contributor')
      }
    }
  }
  assert.throws(() => inferenceLines(first, { ...DEFAULT_PARAMS, version: 2 }), FeeError)
})

test('an epoch is read back, and its tree sums to all earnings', () => {
  const cumulative = new Map([
    [1n, 5n],
    [3n, 2n ** 90n],
    [20n, 7n],
  ])
  const epoch = {
    v: 1 as const,
    epochId: 2n,
    firstBatch: 3n,
    lastBatch: 9n,
    paramsVersion: 1,
    cumulative,
  }
  assert.deepEqual(decodeEpochBody(encodeEpochBody(epoch)), epoch)
  assert.equal(epochTree(epoch).root.sum, 12n + 2n ** 90n)
  for (const text of ['{', '{"v":2}', '{"v":1,"cumulative":[["2","1"],["1","1"]]}']) {
    assert.throws(() => decodeEpochBody(new TextEncoder().encode(text)), BatchError)
  }
})

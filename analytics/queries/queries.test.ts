import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { randomNumbers } from '@tributary/protocol/testing/randomNumbers'
import { createAnalyticsClient } from '../client/clickhouse.ts'
import { insertOnce } from '../client/insertOnce.ts'
import { migrate } from '../migrate/migrate.ts'
import type { InferenceRow } from '../tables/inference.ts'
import type { LedgerRow } from '../tables/ledger.ts'
import type { RecordRow } from '../tables/record.ts'
import { randomLedger } from '../testing/randomLedger.ts'
import { startServer } from '../testing/startServer.ts'
import { accountEarnings } from './accountEarnings.ts'
import { accountInferences } from './accountInferences.ts'
import { accountLabels } from './accountLabels.ts'
import { accountTotals } from './accountTotals.ts'
import { analyticsAsOf } from './analyticsAsOf.ts'
import { clustersOfRecords } from './clustersOfRecords.ts'
import { datanetEarnings } from './datanetEarnings.ts'
import { datanetRecordCounts } from './datanetRecordCounts.ts'
import { datanetTopRecords } from './datanetTopRecords.ts'
import { epochLines } from './epochLines.ts'
import { epochTotals } from './epochTotals.ts'
import { inferenceEvidence } from './inferenceEvidence.ts'
import { inferenceLines, type LedgerLineRow } from './inferenceLines.ts'
import { inferencesByNos } from './inferencesByNos.ts'
import { inferencesByRequests } from './inferencesByRequests.ts'
import { ledgerPaidTotal } from './ledgerPaidTotal.ts'
import { modelUsage } from './modelUsage.ts'
import { recordsByIds } from './recordsByIds.ts'
import { recordsByNos } from './recordsByNos.ts'
import { recordsOfDatanet } from './recordsOfDatanet.ts'
import { segmentsOfDatanet } from './segmentsOfDatanet.ts'
import { statsTotals } from './statsTotals.ts'
import { topContributors } from './topContributors.ts'

const server = await startServer()
const client = createAnalyticsClient(server.url)
after(async () => {
  await client.close()
  await server.stop()
})

const random = randomNumbers(42)
const hex = (bytes: number) => `0x${Buffer.from(random.bytes(bytes)).toString('hex')}`

// Three epochs of one batch each, and one line of the first that is taken back in the third.
const batches = [1, 2, 3].map((epochId) =>
  randomLedger(random, { batchId: BigInt(epochId), epochId, inferences: 12 }),
)
const taken = batches[0]?.find(({ record_no, wei }) => record_no > 0n && wei > 0n) as LedgerRow
const lines = [...batches.flat(), { ...taken, sign: -1, epoch_id: 3 }]

const inferences: InferenceRow[] = [...new Set(lines.map((line) => line.inference_no))].map(
  (no) => {
    const own = lines.filter((line) => line.inference_no === no && line.sign === 1)
    const [first] = own as [LedgerRow]
    return {
      inference_no: no,
      request_id: `018f0000-0000-7000-8000-${no.toString(16).padStart(12, '0').slice(-12)}`,
      ts: first.ts,
      service_id: 1,
      batch_id: first.batch_id,
      epoch_id: first.epoch_id,
      params_version: 1,
      model_id: first.model_id,
      adapter_hash: hex(32),
      payer_id: 16n,
      fee: own.reduce((fee, { wei }) => fee + wei, 0n),
      tokens_in: random.below(1000),
      tokens_out: random.below(1000),
      rho_ppm: random.below(1_000_001),
      snapshots_root: hex(32),
      prompt_hash: hex(32),
      answer_hash: hex(32),
      evidence_root: hex(32),
      vector_root: hex(32),
    }
  },
)

const records: RecordRow[] = [1n, 2n, 3n, 4n, 5n, 6n].map((record_no) => ({
  record_no,
  record_id: hex(32),
  datanet_id: 1n + (record_no % 2n),
  contribution_id: 1n,
  account_id: 15n + record_no,
  byte_length: 10,
  token_count: 3,
  kind: 'qa' as const,
  label: `record ${record_no}`,
  package: 'left-pad@1.3.0',
}))

await migrate(client)
await insertOnce(client, 'ledger', lines, 'ledger')
await insertOnce(client, 'inference', inferences, 'inference')
await insertOnce(client, 'record', records, 'record-1')
// An ingest that starts from nothing again may write rows a second time.
await insertOnce(client, 'record', records, 'record-2')

const wei = (rows: readonly LedgerRow[]) =>
  rows.reduce((sum, row) => sum + row.wei * BigInt(row.sign), 0n)
const count = (rows: readonly LedgerRow[]) => rows.reduce((sum, { sign }) => sum + BigInt(sign), 0n)
const all = <Row>(rows: readonly Row[], sum: (row: Row) => bigint) =>
  rows.reduce((total, row) => total + sum(row), 0n)
const accountIds = [1n, 2n, 3n, 16n, 17n, 18n, 19n, 20n, 21n, 999n]

test('accountEarnings and accountTotals agree with the ledger, row by row', async () => {
  const earnings = await accountEarnings(client, { accountIds, limit: 1000 })
  assert.equal(
    all(earnings, (row) => row.wei),
    wei(lines),
  )
  for (const row of earnings) {
    const own = lines.filter(
      (line) =>
        line.account_id === row.accountId &&
        line.epoch_id === row.epochId &&
        line.role === row.role &&
        line.path === row.path,
    )
    assert.equal(row.wei, wei(own))
    assert.equal(row.lines, count(own))
  }
  const [newest] = await accountEarnings(client, { accountIds: [1n], limit: 1 })
  const page = await accountEarnings(client, { accountIds: [1n], beforeEpoch: 3, limit: 100 })
  assert.equal(newest?.epochId, 3)
  assert.ok(page.length > 0 && page.every(({ epochId }) => epochId < 3))
  const totals = await accountTotals(client, { accountIds })
  for (const row of totals) {
    const own = earnings.filter(
      (each) =>
        each.accountId === row.accountId && each.role === row.role && each.path === row.path,
    )
    assert.equal(
      row.wei,
      all(own, (each) => each.wei),
    )
    assert.equal(row.lastEpoch, Math.max(...own.map(({ epochId }) => epochId)))
  }
})

test('accountInferences gives the paying lines of each account, newest first, page by page', async () => {
  const accounts = [taken.account_id, 1n]
  const found = await accountInferences(client, { accountIds: accounts, limit: 1000 })
  const expected = lines.filter(
    (line) => accounts.includes(line.account_id) && line !== taken && line.sign === 1,
  )
  assert.equal(found.length, expected.length, 'the line that was taken back is left out')
  assert.equal(
    all(found, (row) => row.wei),
    wei(expected),
  )
  for (const row of found) {
    const line = expected.find(
      (each) => each.inference_no === row.inferenceNo && each.line_no === row.lineNo,
    )
    assert.ok(line)
    assert.deepEqual(
      [row.accountId, row.recordNo, row.datanetId, row.modelId, row.ppm, row.wei, row.ts, row.role],
      [
        line.account_id,
        line.record_no,
        line.datanet_id,
        line.model_id,
        line.ppm,
        line.wei,
        line.ts,
        line.role,
      ],
    )
  }
  const own = found.filter(({ accountId }) => accountId === 1n)
  const [first] = await accountInferences(client, { accountIds: [1n], limit: 1 })
  assert.deepEqual(first, own[0])
  const rest = await accountInferences(client, {
    accountIds: [1n],
    beforeInference: first?.inferenceNo as bigint,
    limit: 1000,
  })
  assert.deepEqual(
    rest,
    own.filter(({ inferenceNo }) => inferenceNo < (first?.inferenceNo ?? 0n)),
  )
})

test('Datanets: earnings and best records', async () => {
  const earnings = await datanetEarnings(client, { datanetIds: [1n, 2n, 9n] })
  assert.deepEqual(
    earnings.map(({ datanetId }) => datanetId),
    [1n, 2n],
  )
  const top = await datanetTopRecords(client, { datanetIds: [1n, 2n], limit: 100 })
  for (const { datanetId, wei: earned, lines: number } of earnings) {
    const own = lines.filter((line) => line.datanet_id === datanetId)
    assert.equal(earned, wei(own))
    assert.equal(number, count(own))
    const best = top.filter((row) => row.datanetId === datanetId)
    assert.equal(
      all(best, (row) => row.wei),
      earned,
    )
    assert.deepEqual(
      best,
      best.toSorted((a, b) => (a.wei > b.wei ? -1 : 1)),
    )
    assert.deepEqual(
      await datanetTopRecords(client, { datanetIds: [datanetId], limit: 1 }),
      best.slice(0, 1),
    )
  }
})

test('modelUsage counts each answer once', async () => {
  for (const row of await modelUsage(client, { modelIds: [1n, 2n] })) {
    const own = inferences.filter(({ model_id }) => model_id === row.modelId)
    assert.equal(row.inferences, BigInt(own.length))
    assert.equal(
      row.fee,
      all(own, ({ fee }) => fee),
    )
    assert.equal(
      row.tokensIn,
      all(own, ({ tokens_in }) => BigInt(tokens_in)),
    )
    assert.equal(
      row.tokensOut,
      all(own, ({ tokens_out }) => BigInt(tokens_out)),
    )
    assert.equal(row.lastAt.getTime(), Math.max(...own.map(({ ts }) => ts.getTime())))
  }
})

const toLine = (row: LedgerRow): LedgerLineRow => ({
  inferenceNo: row.inference_no,
  lineNo: row.line_no,
  ts: row.ts,
  serviceId: row.service_id,
  batchId: row.batch_id,
  epochId: row.epoch_id,
  paramsVersion: row.params_version,
  role: row.role,
  path: row.path,
  modelId: row.model_id,
  datanetId: row.datanet_id,
  contributionId: row.contribution_id,
  recordNo: row.record_no,
  clusterId: row.cluster_id,
  accountId: row.account_id,
  ppm: row.ppm,
  wei: row.wei,
  sign: row.sign,
})
const inOrder = (rows: LedgerRow[]) =>
  rows
    .toSorted(
      (a, b) => Number(a.inference_no - b.inference_no) || a.line_no - b.line_no || b.sign - a.sign,
    )
    .map(toLine)

test('inferenceLines and epochLines give the ledger back as it was written', async () => {
  const inferenceNos = inferences.slice(0, 5).map(({ inference_no }) => inference_no)
  const own = lines.filter(({ inference_no }) => inferenceNos.includes(inference_no))
  assert.deepEqual(await inferenceLines(client, { inferenceNos }), inOrder(own))
  const ofEpoch = inOrder(lines.filter(({ epoch_id }) => epoch_id === 2))
  const paged: LedgerLineRow[] = []
  for (;;) {
    const last = paged.at(-1)
    const page = await epochLines(client, {
      epochId: 2,
      limit: 7,
      ...(last === undefined ? {} : { after: last }),
    })
    paged.push(...page)
    if (page.length < 7) break
  }
  assert.deepEqual(paged, ofEpoch)
})

test('epochTotals and statsTotals split everything by role', async () => {
  const epochs = await epochTotals(client, { epochIds: [1, 2, 3] })
  assert.equal(
    all(epochs, (row) => row.wei),
    wei(lines),
  )
  const stats = await statsTotals(client)
  assert.equal(stats.inferences, BigInt(inferences.length))
  assert.equal(
    stats.fees,
    all(inferences, ({ fee }) => fee),
  )
  assert.equal(
    all(stats.roles, (row) => row.wei),
    stats.fees - taken.wei,
    'all but what was taken back',
  )
  const contributors = lines.filter(({ role }) => role === 'contributor')
  assert.equal(stats.contributorWei, wei(contributors))
  assert.equal(stats.contributors, BigInt(new Set(contributors.map((l) => l.account_id)).size))
})

test('ledgerPaidTotal sums what was paid, by each way to say it', async () => {
  const through = (epoch: number) => wei(lines.filter(({ epoch_id }) => epoch_id <= epoch))
  assert.equal(await ledgerPaidTotal(client, { throughEpoch: 2 }), through(2))
  assert.equal(await ledgerPaidTotal(client, { throughEpoch: 0 }), 0n)
  assert.equal(
    await ledgerPaidTotal(client, { epochs: [3, 1] }),
    wei(lines.filter(({ epoch_id }) => epoch_id !== 2)),
  )
  assert.equal(await ledgerPaidTotal(client, { epochs: [] }), 0n)
  const paidThrough = [
    { accountId: 1n, epochId: 3 },
    { accountId: 16n, epochId: 1 },
  ]
  const paid = lines.filter(({ account_id, epoch_id }) =>
    paidThrough.some(({ accountId, epochId }) => account_id === accountId && epoch_id <= epochId),
  )
  assert.equal(await ledgerPaidTotal(client, { paidThrough }), wei(paid))
  assert.equal(await ledgerPaidTotal(client, { paidThrough: [] }), 0n)
  const [first] = lines as [LedgerRow]
  await insertOnce(client, 'ledger', [{ ...first, line_no: 999, wei: 1n }], 'tamper')
  assert.equal(await ledgerPaidTotal(client, { throughEpoch: 3 }), wei(lines) + 1n, 'one wei shows')
  await insertOnce(client, 'ledger', [{ ...first, line_no: 999, wei: 1n, sign: -1 }], 'tamper-back')
})

test('topContributors ranks by wei', async () => {
  const top = await topContributors(client, { limit: 3 })
  const sums = new Map<bigint, bigint>()
  for (const line of lines.filter(({ role }) => role === 'contributor')) {
    sums.set(line.account_id, (sums.get(line.account_id) ?? 0n) + wei([line]))
  }
  const expected = [...sums].sort(([, a], [, b]) => (a > b ? -1 : 1)).slice(0, 3)
  assert.deepEqual(
    top.map((row) => [row.accountId, row.wei]),
    expected,
  )
})

test('receipts are found by number and by request', async () => {
  const [row] = inferences as [InferenceRow]
  const byNo = await inferencesByNos(client, { inferenceNos: [row.inference_no, 5n] })
  assert.equal(byNo.length, 1)
  assert.deepEqual(
    [byNo[0]?.requestId, byNo[0]?.fee, byNo[0]?.evidenceRoot, byNo[0]?.rhoPpm, byNo[0]?.ts],
    [row.request_id, row.fee, row.evidence_root, row.rho_ppm, row.ts],
  )
  assert.deepEqual(await inferencesByRequests(client, { requestIds: [row.request_id] }), byNo)
})

test('records are found by hash, number and Datanet, each once', async () => {
  const [row] = records as [RecordRow]
  const byId = await recordsByIds(client, {
    recordIds: [row.record_id.toUpperCase().replace('0X', '0x'), hex(32)],
  })
  assert.deepEqual(byId, [
    {
      recordNo: 1n,
      recordId: row.record_id,
      datanetId: 2n,
      contributionId: 1n,
      accountId: 16n,
      byteLength: 10,
      tokenCount: 3,
      kind: 'qa',
      label: 'record 1',
      package: 'left-pad@1.3.0',
    },
  ])
  assert.deepEqual(await recordsByNos(client, { recordNos: [1n, 77n] }), byId)
  const numbers = async (params: Parameters<typeof recordsOfDatanet>[1]) =>
    (await recordsOfDatanet(client, params)).map(({ datanetId, recordNo }) => [datanetId, recordNo])
  assert.deepEqual(await numbers({ datanetIds: [2n, 1n], limit: 2 }), [
    [1n, 2n],
    [1n, 4n],
    [2n, 1n],
    [2n, 3n],
  ])
  assert.deepEqual(
    await numbers({ datanetIds: [2n], afterRecord: 1n, throughRecord: 3n, limit: 9 }),
    [[2n, 3n]],
  )
})

test('records are counted once, and name their author', async () => {
  assert.deepEqual(await datanetRecordCounts(client, { datanetIds: [1n, 2n, 9n] }), [
    { datanetId: 1n, records: 3n, tokens: 9n },
    { datanetId: 2n, records: 3n, tokens: 9n },
  ])
  assert.deepEqual(await accountLabels(client, { accountIds: [17n, 999n] }), [
    { accountId: 17n, label: 'record 2' },
  ])
})

test('the latest cluster of a record holds', async () => {
  const row = (record_no: bigint, cluster_id: bigint, seq: bigint) => ({
    record_no,
    cluster_id,
    seq,
  })
  await insertOnce(client, 'record_cluster', [row(1n, 1n, 1n), row(2n, 2n, 2n)], 'cluster-1')
  await insertOnce(client, 'record_cluster', [row(2n, 1n, 3n)], 'cluster-2')
  assert.deepEqual(await clustersOfRecords(client, { recordNos: [1n, 2n, 3n] }), [
    { recordNo: 1n, clusterId: 1n },
    { recordNo: 2n, clusterId: 1n },
  ])
})

test('segments come in their order, of one tokenizer', async () => {
  const [tokenizer, manifest] = [hex(32), hex(32)]
  const row = (seq: bigint, tokenizer_hash: string) => ({
    datanet_id: 1n,
    tokenizer_hash,
    seq,
    first_record_no: seq * 10n,
    last_record_no: seq * 10n + 9n,
    tokens: 500n,
    manifest_hash: manifest,
  })
  const rows = [row(2n, tokenizer), row(1n, tokenizer), row(1n, hex(32))]
  await insertOnce(client, 'segment', rows, 'segment-1')
  await insertOnce(client, 'segment', rows, 'segment-again')
  const found = await segmentsOfDatanet(client, { datanetIds: [1n], tokenizerHash: tokenizer })
  assert.deepEqual(
    found.map(({ seq, firstRecordNo, manifestHash }) => [seq, firstRecordNo, manifestHash]),
    [
      [1n, 10n, manifest],
      [2n, 20n, manifest],
    ],
  )
})

test('evidence comes back whole', async () => {
  const rows = [
    {
      inference_no: 7n,
      path: 'token' as const,
      record_no: 1n,
      cluster_id: 1n,
      span_start: 3,
      span_len: 4,
      score: -(2n ** 63n),
      df: 2,
    },
    {
      inference_no: 7n,
      path: 'gradient' as const,
      record_no: 2n,
      cluster_id: 1n,
      span_start: 0,
      span_len: 0,
      score: 10n ** 9n,
      df: 0,
    },
  ]
  await insertOnce(client, 'evidence', rows, 'evidence-7')
  const found = await inferenceEvidence(client, { inferenceNos: [7n, 8n] })
  assert.deepEqual(
    found.map((row) => [
      row.path,
      row.recordNo,
      row.clusterId,
      row.spanStart,
      row.spanLen,
      row.score,
      row.df,
    ]),
    rows.map((row) => Object.values(row).slice(1)),
  )
})

test('analyticsAsOf says how far the tables go', async () => {
  const [block_time, later] = [new Date('2026-11-21T12:00:00Z'), new Date('2026-11-21T12:00:02Z')]
  assert.deepEqual(await analyticsAsOf(client), {
    epochId: 3,
    batches: [{ serviceId: 1, batchId: 3n }],
    block: null,
  })
  await insertOnce(client, 'mirrored_block', [{ block_number: 9n, block_time }], 'block-9')
  await insertOnce(client, 'mirrored_block', [{ block_number: 10n, block_time: later }], 'block-10')
  assert.deepEqual((await analyticsAsOf(client)).block, { number: 10n, time: later })
})

test('before anything was mirrored every figure is zero', async () => {
  await client.command({ query: 'DROP DATABASE tributary SYNC' })
  await migrate(client)
  assert.deepEqual(await statsTotals(client), {
    inferences: 0n,
    fees: 0n,
    tokensIn: 0n,
    tokensOut: 0n,
    contributorWei: 0n,
    contributors: 0n,
    roles: [],
  })
  assert.equal(await ledgerPaidTotal(client, { throughEpoch: 9 }), 0n)
  assert.deepEqual(await analyticsAsOf(client), { epochId: 0, batches: [], block: null })
  assert.deepEqual(await topContributors(client, { limit: 5 }), [])
})

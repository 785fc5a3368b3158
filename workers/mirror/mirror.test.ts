import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type AnalyticsClient, createAnalyticsClient } from '@tributary/analytics/client/clickhouse'
import { insertOnce } from '@tributary/analytics/client/insertOnce'
import { migrate } from '@tributary/analytics/migrate/migrate'
import { startServer, type TestServer } from '@tributary/analytics/testing/startServer'
import { DEFAULT_PARAMS } from '@tributary/protocol/attribution/params'
import { type BatchBody, batchRoots } from '@tributary/protocol/batches/batchBody'
import { inferenceLines } from '@tributary/protocol/fees/inferenceLines'
import { type RandomNumbers, randomNumbers } from '@tributary/protocol/testing/randomNumbers'
import { Wallet } from 'ethers'
import type { CommittedBatch } from '../settlement/chain/settlementChain.ts'
import { sampleReceipts } from '../settlement/testing/sampleReceipts.ts'
import { deadly, Killed } from '../testing/deadly.ts'
import type { EpochFacts, FinalFacts, PaymentFacts } from './facts/finalFacts.ts'
import { Mirror, MirrorMismatchError } from './mirror.ts'
import { MirrorStore } from './store/mirrorStore.ts'

const hash = (digit: string) => `0x${digit.repeat(64)}`
const wallet = new Wallet(hash('1'))
const domain = { chainId: 31337n, verifyingContract: `0x${'11'.repeat(20)}` }
const entries = await sampleReceipts({
  count: 24,
  service: wallet,
  payers: [{ payerId: 16n, wallet }],
  receiptDomain: domain,
  voucherDomain: domain,
})

/** Four batches of six answers. */
const bodies = [0, 1, 2, 3].map((at): BatchBody => {
  const receipts = entries.slice(6 * at, 6 * at + 6)
  return {
    v: 1,
    serviceId: 1,
    batchId: BigInt(at + 1),
    firstInferenceNo: receipts[0].receipt.inferenceNo,
    paramsVersion: 1,
    receipts,
  }
})
const batches = bodies.map((body): CommittedBatch => {
  const { receipts, v, ...place } = body
  const chain = { daCommitment: hash('c'), transactionHash: hash('d'), blockNumber: 5 }
  return { ...place, ...batchRoots(body), ...chain }
})
const feesOf = (from: number, to: number) =>
  batches.slice(from - 1, to).reduce((sum, { fees }) => sum + fees, 0n)

let server: TestServer
let client: AnalyticsClient
before(async () => {
  server = await startServer()
  client = createAnalyticsClient(server.url)
})
after(async () => {
  await client?.close()
  await server?.stop()
})

/** Empty tables, but for the records that the sample vectors pay. */
async function fresh(): Promise<MirrorStore> {
  await client.command({ query: 'DROP DATABASE IF EXISTS tributary' })
  await migrate(client)
  const clusterIds = new Set(entries.flatMap(({ vector }) => vector.map((part) => part.clusterId)))
  clusterIds.delete(0n)
  const record = (recordNo: bigint) => ({
    record_no: recordNo,
    record_id: hash('1'),
    datanet_id: 7n,
    contribution_id: 100n + recordNo,
    account_id: 20n,
    byte_length: 10,
    token_count: 3,
    kind: 'text' as const,
    label: '',
    package: '',
  })
  await insertOnce(client, 'record', [...clusterIds, 50n].map(record), 'records')
  return new MirrorStore(client)
}

/** A chain's facts that a test can change. */
function memoryFacts() {
  const epochs: EpochFacts[] = []
  const payments: PaymentFacts[] = []
  let number = 10
  const facts: FinalFacts = {
    async newestBlock() {
      number += 1
      return { number, hash: hash('b'), time: new Date(1_800_000_000_000 + number * 2_000) }
    },
    epochs: async (_, from) => epochs.filter(({ epochId }) => epochId >= from),
    disabledEpochs: async () =>
      epochs.filter(({ disabled }) => disabled).map(({ epochId }) => epochId),
    batches: async (_, { firstBatch, lastBatch }) =>
      batches.slice(Number(firstBatch) - 1, Number(lastBatch)),
    payments: async (_, fromBlock) =>
      payments.filter(({ blockNumber }) => blockNumber >= fromBlock),
    totalPaid: async () => payments.reduce((sum, { amount }) => sum + amount, 0n),
  }
  return { facts, epochs, payments }
}

const epoch = (epochId: bigint, firstBatch: bigint, lastBatch: bigint): EpochFacts => ({
  epochId,
  firstBatch,
  lastBatch,
  disabled: false,
})
const payment = (blockNumber: number, logIndex: number, amount: bigint): PaymentFacts => ({
  accountId: 20n,
  epochId: 1n,
  payee: `0x${'ee'.repeat(20)}`,
  amount,
  cumulative: amount,
  transactionHash: hash('9'),
  blockNumber,
  logIndex,
})

function mirrorOf(facts: FinalFacts, store: MirrorStore): Mirror {
  return new Mirror({
    facts,
    store,
    bodyOf: async ({ batchId }) => bodies[Number(batchId) - 1],
    paramsOf: async () => DEFAULT_PARAMS,
  })
}

async function untilDone(facts: FinalFacts, store: MirrorStore, random: RandomNumbers) {
  for (let kills = 0; ; kills += 1) {
    try {
      const mirror = mirrorOf(deadly(facts, random, 12), deadly(store, random, 12))
      while ((await mirror.round()).batches > 0);
      return kills
    } catch (error) {
      if (!(error instanceof Killed)) throw error
    }
  }
}

async function wei(query: string): Promise<bigint> {
  const result = await client.query({ query, format: 'JSONEachRow' })
  const [row] = await result.json<{ wei: string }>()
  return BigInt(row.wei)
}

test('killed anywhere, every batch and payment is in the tables once', async () => {
  const store = await fresh()
  const { facts, epochs, payments } = memoryFacts()
  const random = randomNumbers(3)
  let kills = 0
  epochs.push(epoch(1n, 1n, 2n), epoch(2n, 3n, 3n))
  payments.push(payment(8, 1, 5n), payment(8, 2, 6n))
  kills += await untilDone(facts, store, random)
  assert.equal(await store.ledgerWei(1n), feesOf(1, 2))
  assert.equal(await store.ledgerWei(2n), feesOf(3, 3))

  // The second epoch is taken back, and its batch is settled by the third.
  epochs[1].disabled = true
  epochs.push(epoch(3n, 3n, 4n))
  payments.push(payment(12, 0, 100n))
  kills += await untilDone(facts, store, random)
  assert.ok(kills > 3)
  assert.equal(await store.ledgerWei(2n), 0n)
  assert.equal(await store.ledgerWei(3n), feesOf(3, 4))

  const fees = feesOf(1, 4)
  assert.equal(await wei('SELECT sum(wei * sign) AS wei FROM tributary.ledger'), fees)
  assert.equal(await wei('SELECT sum(wei) AS wei FROM tributary.earnings_account_epoch'), fees)
  const lines = entries.reduce(
    (sum, entry) => sum + inferenceLines(entry, DEFAULT_PARAMS).length,
    0,
  )
  assert.equal(await wei('SELECT sum(sign) AS wei FROM tributary.ledger'), BigInt(lines))
  assert.equal(await wei('SELECT count() AS wei FROM tributary.inference'), 24n)
  assert.equal(await wei('SELECT uniqExact(inference_no) AS wei FROM tributary.inference'), 24n)
  assert.equal(await wei('SELECT countIf(epoch_id = 2) AS wei FROM tributary.inference'), 0n)
  assert.equal(await wei('SELECT sum(amount) AS wei FROM tributary.payout'), 111n)
  assert.equal(await wei('SELECT count() AS wei FROM tributary.payout'), 3n)
  assert.ok((await wei('SELECT max(block_number) AS wei FROM tributary.mirrored_block')) > 10n)
})

test('rows say which record earned, by the evidence of the answer', async () => {
  const store = await fresh()
  const { facts, epochs } = memoryFacts()
  epochs.push(epoch(1n, 1n, 1n))
  const [{ receipt, vector }] = entries
  const { clusterId } = vector.find((part) => part.clusterId !== 0n)!
  const row = { inference_no: receipt.inferenceNo, path: 'gradient' as const, df: 0, score: 1n }
  const evidence = { ...row, record_no: 50n, cluster_id: clusterId, span_start: 0, span_len: 0 }
  await insertOnce(client, 'evidence', [evidence], 'evidence')
  await mirrorOf(facts, store).round()
  const result = await client.query({
    query: `SELECT record_no, datanet_id, contribution_id, cluster_id, role, path, line_no
      FROM tributary.ledger WHERE inference_no = {no:UInt64} ORDER BY line_no`,
    query_params: { no: receipt.inferenceNo },
    format: 'JSONEachRow',
  })
  const rows = await result.json<Record<string, string>>()
  assert.deepEqual(
    rows.map(({ cluster_id, role, path }) => [BigInt(cluster_id), role, path]),
    inferenceLines(entries[0], DEFAULT_PARAMS).map((line) => [
      line.clusterId,
      line.role,
      line.path,
    ]),
  )
  for (const { cluster_id, record_no, datanet_id, contribution_id } of rows) {
    const cluster = BigInt(cluster_id)
    const recordNo = cluster === clusterId ? 50n : cluster
    assert.equal(BigInt(record_no), recordNo)
    assert.equal(BigInt(datanet_id), cluster === 0n ? 0n : 7n)
    assert.equal(BigInt(contribution_id), cluster === 0n ? 0n : 100n + recordNo)
  }
})

test('one wei too many in the tables stops the mirror, with both figures', async () => {
  const store = await fresh()
  const { facts, epochs, payments } = memoryFacts()
  epochs.push(epoch(1n, 1n, 1n))
  await mirrorOf(facts, store).round()
  await client.command({
    query: `INSERT INTO tributary.ledger
      SELECT * REPLACE (toInt256(1) AS wei, 999 AS line_no) FROM tributary.ledger LIMIT 1`,
  })
  await assert.rejects(mirrorOf(facts, store).round(), (error: Error) => {
    assert.ok(error instanceof MirrorMismatchError)
    assert.match(
      error.message,
      new RegExp(`${feesOf(1, 1)} wei on chain, ${feesOf(1, 1) + 1n} wei`),
    )
    return true
  })
  const other = await fresh()
  payments.push(payment(8, 1, 5n))
  facts.totalPaid = async () => 6n
  await assert.rejects(mirrorOf(facts, other).round(), /payments: 6 wei on chain, 5 wei/)
})

test('a record that is not taken in yet makes the mirror wait', async () => {
  const store = await fresh()
  await client.command({ query: 'TRUNCATE TABLE tributary.record' })
  const { facts, epochs } = memoryFacts()
  epochs.push(epoch(1n, 1n, 1n))
  await assert.rejects(mirrorOf(facts, store).round(), { code: 'mirror_record' })
  assert.equal(await store.ledgerWei(1n), 0n)
})

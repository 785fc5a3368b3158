import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type AnalyticsClient, createAnalyticsClient } from '@tributary/analytics/client/clickhouse'
import { insertOnce } from '@tributary/analytics/client/insertOnce'
import { migrate } from '@tributary/analytics/migrate/migrate'
import { startServer, type TestServer } from '@tributary/analytics/testing/startServer'
import { type CandidateStore, createCandidateStore } from './candidateStore.ts'

const hash = (digit: string) => `0x${digit.repeat(64)}`
let server: TestServer
let client: AnalyticsClient
let store: CandidateStore

before(async () => {
  server = await startServer()
  client = createAnalyticsClient(server.url)
  await migrate(client)
  store = createCandidateStore(client)
})
after(async () => {
  await client?.close()
  await server?.stop()
})

const row = (recordNo: bigint, datanetId: bigint) => ({
  record_no: recordNo,
  record_id: hash('1'),
  datanet_id: datanetId,
  contribution_id: 1n,
  account_id: 20n + recordNo,
  byte_length: 10,
  token_count: 3,
  kind: 'text' as const,
  label: `author ${recordNo}`,
  package: '',
})
const segment = (datanetId: bigint, seq: bigint, first: bigint, last: bigint) => ({
  datanet_id: datanetId,
  tokenizer_hash: hash('7'),
  seq,
  first_record_no: first,
  last_record_no: last,
  tokens: 9n,
  manifest_hash: hash(seq.toString()),
})
const snapshot = (datanetId: bigint, lastRecordNo: bigint) => ({
  datanetId,
  lastRecordNo,
  snapshotRoot: hash('0'),
})

test('candidates are the records of the snapshots, each with its newest cluster', async () => {
  const empty = await store.version()
  await insertOnce(
    client,
    'record',
    [row(1n, 1n), row(2n, 1n), row(3n, 2n), row(4n, 1n), row(5n, 3n)],
    'records',
  )
  const clusters = (seq: bigint, pairs: [bigint, bigint][]) =>
    pairs.map(([record_no, cluster_id]) => ({ record_no, cluster_id, seq }))
  const firstClusters = clusters(
    1n,
    [1n, 2n, 3n, 4n, 5n].map((no) => [no, no]),
  )
  await insertOnce(client, 'record_cluster', firstClusters, 'clusters-1')
  const before = await store.version()
  await insertOnce(client, 'record_cluster', clusters(2n, [[2n, 1n]]), 'clusters-2')
  assert.equal(new Set([empty, before, await store.version()]).size, 3)

  const found = await store.candidates([snapshot(1n, 2n), snapshot(2n, 9n)])
  assert.deepEqual(
    [...found.values()],
    [
      { recordNo: 1n, datanetId: 1n, accountId: 21n, clusterId: 1n, label: 'author 1' },
      { recordNo: 2n, datanetId: 1n, accountId: 22n, clusterId: 1n, label: 'author 2' },
      { recordNo: 3n, datanetId: 2n, accountId: 23n, clusterId: 3n, label: 'author 3' },
    ],
  )
  assert.equal((await store.candidates([])).size, 0)
})

test('segments are those of the tokenizer that begin within a snapshot', async () => {
  const rows = [segment(1n, 1n, 1n, 2n), segment(1n, 2n, 4n, 4n), segment(2n, 3n, 3n, 3n)]
  const other = { ...segment(1n, 4n, 1n, 4n), tokenizer_hash: hash('8') }
  await insertOnce(client, 'segment', [...rows, other], 'segments')
  const of = async (...snapshots: ReturnType<typeof snapshot>[]) =>
    (await store.segments(snapshots, hash('7'))).map(({ manifestHash }) => manifestHash)
  assert.deepEqual(await of(snapshot(1n, 2n)), [hash('1')])
  assert.deepEqual(await of(snapshot(2n, 3n), snapshot(1n, 4n)), [hash('1'), hash('2'), hash('3')])
  assert.deepEqual(await of(snapshot(3n, 9n)), [])
})

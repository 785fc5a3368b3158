import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AnalyticsClient } from '@tributary/analytics/client/clickhouse'
import { createAnalyticsClient } from '@tributary/analytics/client/clickhouse'
import { migrate } from '@tributary/analytics/migrate/migrate'
import type { TestServer } from '@tributary/analytics/testing/startServer'
import { startServer } from '@tributary/analytics/testing/startServer'
import { ingestedContributions } from '../../training/snapshots/ingestedContributions.ts'
import { createClickhouseStore } from './clickhouseStore.ts'
import type { IngestStore, RecordRow, SegmentRow } from './ingestStore.ts'

const stop = new AbortController()
let server: TestServer
let client: AnalyticsClient
let store: IngestStore

before(async () => {
  server = await startServer()
  client = createAnalyticsClient(server.url)
  await migrate(client)
  store = createClickhouseStore(client, stop.signal)
})
after(async () => {
  stop.abort()
  await client?.close()
  await server?.stop()
})

const record = (recordNo: bigint, contributionId: bigint): RecordRow => ({
  recordNo,
  recordId: `0x${recordNo.toString(16).padStart(64, '0')}`,
  datanetId: 3n,
  contributionId,
  accountId: 2n ** 63n + 1n,
  byteLength: 100,
  tokenCount: 20,
  kind: 'qa',
  label: `O'Hara \\ "quoted"\n`,
  package: '@scope/name',
})
const SEGMENT: SegmentRow = {
  datanetId: 3n,
  tokenizerHash: `0x${'aa'.repeat(32)}`,
  seq: 1,
  firstRecordNo: 1n,
  lastRecordNo: 2n ** 63n + 5n,
  tokens: 40,
  manifestHash: `0x${'bb'.repeat(32)}`,
}

test('an empty database is a beginning', async () => {
  assert.deepEqual(await store.load(), { records: [], segments: [], clusterSeq: 0 })
})

test('what was written comes back, the newest cluster of each record, once', async () => {
  const big = 2n ** 63n + 5n
  const rows = [record(1n, 1n), record(big, 1n)]
  await store.insertClusters(1000, [
    { recordNo: 1n, clusterId: 1n },
    { recordNo: big, clusterId: big },
  ])
  await store.insertClusters(1001, [{ recordNo: big, clusterId: 1n }])
  for (let again = 0; again < 2; again++) {
    await store.insertRecords(1n, rows)
    await store.insertSegment(SEGMENT)
  }
  assert.deepEqual(await store.load(), {
    records: rows.map(({ recordNo, recordId, contributionId }) => ({
      ...{ recordNo, recordId, contributionId },
      clusterId: 1n,
    })),
    segments: [SEGMENT],
    clusterSeq: 1001,
  })
  assert.deepEqual(await ingestedContributions(client, 3n), new Set([1n]))
  assert.deepEqual(await ingestedContributions(client, 4n), new Set())
})

test('a write outlives a crash of ClickHouse', async () => {
  const [crash] = await Promise.all([
    server.crash(),
    store.insertRecords(2n, [record(3n, 2n)]),
    store.insertClusters(2000, [{ recordNo: 3n, clusterId: 3n }]),
  ])
  assert.equal(crash, undefined)
  const { records } = await store.load()
  assert.equal(records.filter(({ recordNo }) => recordNo === 3n).length, 1)
})

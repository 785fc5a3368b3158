import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import {
  AnalyticsError,
  AnalyticsTimeoutError,
  AnalyticsUnavailableError,
} from '../client/AnalyticsError.ts'
import { createAnalyticsClient } from '../client/clickhouse.ts'
import { insertOnce } from '../client/insertOnce.ts'
import { migrate } from '../migrate/migrate.ts'
import { startServer } from '../testing/startServer.ts'
import { ch } from './ch.ts'
import { openQuery } from './openQuery.ts'

const server = await startServer()
const client = createAnalyticsClient(server.url)
const db = openQuery(client, { name: 'dialectTest', seconds: 1 })
after(async () => {
  await client.close()
  await server.stop()
})

const record = (record_no: bigint, label: string) => ({
  record_no,
  record_id: `0x${record_no.toString(16).padStart(64, '0')}`,
  datanet_id: 1n,
  contribution_id: 1n,
  account_id: 16n,
  byte_length: 1,
  token_count: 1,
  kind: 'text' as const,
  label,
  package: '',
})

const EVIL = [
  "\\' OR 1=1 --",
  "' OR ''='",
  "x') OR (1=1",
  '{p0:String}',
  "'; DROP TABLE tributary.record --",
  '\\',
  '\t\n\r\0\b',
  '` OR 1=1 --',
]

test('text is a value wherever it goes, and never SQL', async () => {
  await migrate(client)
  await insertOnce(
    client,
    'record',
    [record(1n, 'plain'), ...EVIL.map((label, at) => record(BigInt(at + 2), label))],
    'dialect-1',
  )
  for (const [at, label] of EVIL.entries()) {
    const found = await db
      .selectFrom('record')
      .select(['record_no', 'label'])
      .where('label', '=', ch.text(label))
      .execute()
    assert.deepEqual(found, [{ record_no: BigInt(at + 2), label }])
    const among = await db
      .selectFrom('record')
      .select('label')
      .where('label', 'in', ch.texts([label]))
      .execute()
    assert.deepEqual(among, [{ label }])
    const literal = await sql<{
      v: string
    }>`select ${sql.lit(label.replace('\0', ''))} as v`.execute(db)
    assert.deepEqual(literal.rows, [{ v: label.replace('\0', '') }])
    const absent = await db
      .selectFrom('record')
      .select('label')
      .where('label', '=', ch.text(`${label}!`))
      .execute()
    assert.deepEqual(absent, [])
  }
  const named = await sql`select 1 as ${sql.ref('a` from (select 1) -- \\')}`.execute(db)
  assert.deepEqual(named.rows, [{ 'a` from (select 1) -- \\': 1 }])
})

test('numbers of 256 bits go there and back', async () => {
  for (const value of [0n, -1n, 2n ** 255n - 1n, -(2n ** 255n), 10n ** 30n]) {
    const { rows } = await sql<{ v: bigint }>`select ${ch.i256(value)} as v`.execute(db)
    assert.deepEqual(rows, [{ v: value }])
  }
})

test('hundreds of ids go at once', async () => {
  const ids = [...Array(3000).keys()].map((n) => 2n ** 60n + BigInt(n))
  const rows = await db
    .selectFrom('record')
    .select('record_no')
    .where('record_no', 'in', ch.u64s([...ids, 1n]))
    .execute()
  assert.deepEqual(rows, [{ record_no: 1n }])
})

test('failures have names', async () => {
  const endless = sql`select sum(sipHash64(number)) from numbers(1000000000000)`
  await assert.rejects(endless.execute(db), (error) => {
    assert.ok(error instanceof AnalyticsTimeoutError)
    assert.match(error.message, /query dialectTest: Timeout exceeded/)
    return true
  })
  await assert.rejects(sql`select nope`.execute(db), (error) => {
    assert.ok(error instanceof AnalyticsError)
    assert.equal(error.code, 'clickhouse_47')
    return true
  })
  await assert.rejects(
    db.transaction().execute(async () => {}),
    /no transactions/,
  )
  const away = createAnalyticsClient('http://127.0.0.1:1')
  const query = openQuery(away, { name: 'away', seconds: 1 }).selectFrom('record').selectAll()
  await assert.rejects(query.execute(), AnalyticsUnavailableError)
  await away.close()
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createAnalyticsClient } from '../client/clickhouse.ts'
import type { Columns } from '../tables/column.ts'
import { rollups } from '../tables/rollups.ts'
import { tables } from '../tables/tables.ts'
import { startServer } from '../testing/startServer.ts'
import { MigrationError } from './MigrationError.ts'
import { migrate } from './migrate.ts'

const server = await startServer()
const [client, other] = [createAnalyticsClient(server.url), createAnalyticsClient(server.url)]
after(async () => {
  await Promise.all([client.close(), other.close()])
  await server.stop()
})

const select = async <Row>(query: string): Promise<Row[]> =>
  (await client.query({ query, format: 'JSONEachRow' })).json<Row>()

test('processes that start at once leave the same tables, each version noted once', async () => {
  await Promise.all([migrate(client), migrate(other), migrate(client), migrate(other)])
  assert.deepEqual(await migrate(client), [], 'nothing is left to do')
  const noted = await select<{ version: number; n: string }>(
    'SELECT version, count() AS n FROM tributary.migration GROUP BY version ORDER BY version',
  )
  assert.deepEqual(
    noted.map(({ n }) => n),
    noted.map(() => '1'),
  )
})

test('the tables of ClickHouse and of TypeScript have the same columns', async () => {
  const described: Record<string, Columns> = { ...tables, ...rollups }
  const rows = await select<{ table: string; name: string; type: string }>(
    "SELECT table, name, type FROM system.columns WHERE database = 'tributary' AND table NOT LIKE '%\\_mv' AND table NOT IN ('migration', 'inserted_batch') ORDER BY table, position",
  )
  const found: Record<string, Record<string, string>> = {}
  for (const { table, name, type } of rows) {
    found[table] ??= {}
    found[table][name] = type
  }
  const expected = Object.fromEntries(
    Object.entries(described).map(([table, columns]) => [
      table,
      Object.fromEntries(Object.entries(columns).map(([name, { type }]) => [name, type])),
    ]),
  )
  assert.deepEqual(found, expected)
  for (const [table, columns] of Object.entries(expected)) {
    assert.deepEqual(Object.keys(found[table] ?? {}), Object.keys(columns), `order of ${table}`)
  }
})

test('a table that money goes through remembers its batches', async () => {
  const without = await select(
    "SELECT name FROM system.tables WHERE database = 'tributary' AND engine LIKE '%MergeTree' AND create_table_query NOT LIKE '%non_replicated_deduplication_window = 10000%'",
  )
  assert.deepEqual(without, [])
})

test('a changed or unknown migration stops with a reason', async () => {
  const note = (version: number, name: string) =>
    client.command({
      query: `INSERT INTO tributary.migration (version, name, checksum) VALUES (${version}, '${name}', 'x')`,
    })
  await note(99, '0099_future.sql')
  await assert.rejects(migrate(client), (error) => {
    assert.ok(error instanceof MigrationError)
    assert.equal(error.code, 'migration_newer')
    return true
  })
  await client.command({ query: 'TRUNCATE TABLE tributary.migration' })
  await note(1, '0001_attribution.sql')
  await assert.rejects(migrate(client), /0001_attribution.sql has changed/)
})

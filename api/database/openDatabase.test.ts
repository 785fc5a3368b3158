import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { databaseUrl } from '@tributary/protocol/config/databaseUrl'
import { sql } from 'kysely'
import { startPostgres, type TestPostgres } from '../testing/startPostgres.ts'
import { MIGRATIONS } from './migrations.ts'
import { openDatabase } from './openDatabase.ts'

let postgres: TestPostgres
let url: string

before(async () => {
  postgres = await startPostgres()
  url = databaseUrl({ databaseUrl: postgres.url }, 'app')
})
after(() => postgres.stop())

test('the database is made and migrated once, whoever comes first', async () => {
  const opened = await Promise.all([1, 2, 3, 4].map(() => openDatabase(url)))
  const applied = await sql<{ id: number }>`select id from migration order by id`.execute(
    opened[0]!,
  )
  assert.deepEqual(
    applied.rows.map(({ id }) => id),
    MIGRATIONS.map(({ id }) => id),
  )
  const { rows } = await sql<object>`
    select pg_encoding_to_char(encoding) as encoding, datcollate, datctype
    from pg_database where datname = 'app'`.execute(opened[0]!)
  assert.deepEqual(rows, [{ encoding: 'UTF8', datcollate: 'C', datctype: 'C' }])
  for (const database of opened) await database.destroy()
})

test('what it holds is there when it is opened again', async () => {
  const first = await openDatabase(url)
  await first
    .insertInto('cursor')
    .values({ name: 'attribute', seq: 2n ** 63n })
    .execute()
  await first.destroy()
  const second = await openDatabase(url)
  const rows = await second.selectFrom('cursor').selectAll().execute()
  assert.deepEqual(rows, [{ name: 'attribute', seq: '9223372036854775808' }])
  await second.destroy()
})

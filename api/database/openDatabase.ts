import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { MIGRATIONS } from './migrations.ts'
import type { AppDatabase } from './schema.ts'

/** An advisory lock number of our own: one migration at a time. */
const MIGRATION_LOCK = 7_412_001

/**
 * Opens the database `app`, makes it when it is missing, and applies what migrations it lacks.
 *
 * @param url of the database itself, as `databaseUrl(configuration, 'app')` gives it
 */
export async function openDatabase(url: string): Promise<Kysely<AppDatabase>> {
  await createWhenMissing(url)
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  // An idle connection that the server drops is replaced at its next use.
  pool.on('error', () => {})
  // One that dies while it is lent out fails its user's query, and no more.
  pool.on('connect', (client) => client.on('error', () => {}))
  const database = new Kysely<AppDatabase>({ dialect: new PostgresDialect({ pool }) })
  try {
    await migrate(database)
  } catch (error) {
    await database.destroy()
    throw error
  }
  return database
}

async function createWhenMissing(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  const server = new URL(url)
  server.pathname = '/postgres'
  const client = new pg.Client({ connectionString: server.toString() })
  // Its queries fail by themselves; without a listener the loss alone would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name])
    if (found.rowCount === 0) {
      await client.query(
        `create database ${client.escapeIdentifier(name)} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`,
      )
    }
  } catch (error) {
    // Another process made it between the two statements (42P04), or makes it right now (23505).
    if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error
  } finally {
    await client.end()
  }
}

async function migrate(database: Kysely<AppDatabase>): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction)
    await sql`create table if not exists migration (id int primary key, applied_at timestamptz not null default now())`.execute(
      transaction,
    )
    const applied = await sql<{ id: number }>`select id from migration`.execute(transaction)
    const done = new Set(applied.rows.map(({ id }) => id))
    for (const migration of MIGRATIONS) {
      if (done.has(migration.id)) continue
      await sql.raw(migration.sql).execute(transaction)
      await sql`insert into migration (id) values (${migration.id})`.execute(transaction)
    }
  })
}

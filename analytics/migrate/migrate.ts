import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClickHouseError } from '@clickhouse/client'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { toAnalyticsError } from '../client/toAnalyticsError.ts'
import { splitStatements } from '../sql/splitStatements.ts'
import { fillTemplate } from './fillTemplate.ts'
import { MigrationError } from './MigrationError.ts'
import { type Migration, readMigrations } from './readMigrations.ts'

const FOLDER = new URL('../migrations/', import.meta.url)

/** A table or view that a process running beside this one has just made or is making. */
const LOST_RACES = new Set(['57', '82', '253'])
const TRIES = 5

const MIGRATION_TABLE = `
CREATE TABLE IF NOT EXISTS tributary.migration {{cluster}}
(
    version    UInt32,
    name       String,
    checksum   String,
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = {{replacing}}
ORDER BY (version, checksum)
SETTINGS {{dedup_window}}`

/**
 * Brings the tables up to this version; does nothing where they are. Any number of processes may
 * do so at once: ClickHouse has no lock to take, so every statement of a migration is one that
 * may run twice (`IF NOT EXISTS`), and a version is noted once however many note it.
 *
 * On a server whose macros name a cluster and a replica the tables are replicated.
 *
 * @returns names of the migrations that were applied here
 * @throws MigrationError where an applied migration has been changed since, or is unknown here
 */
export async function migrate(client: AnalyticsClient): Promise<string[]> {
  const migrations = await readMigrations(FOLDER)
  const replicated = await isReplicated(client)
  const run = (sql: string) => execute(client, fillTemplate(sql, replicated))
  await run('CREATE DATABASE IF NOT EXISTS tributary {{cluster}} ENGINE = Atomic')
  await run(MIGRATION_TABLE)
  const applied = await readApplied(client, migrations)
  const names: string[] = []
  for (const migration of migrations) {
    if (applied.has(migration.version)) continue
    for (const statement of splitStatements(migration.sql)) await run(statement)
    await note(client, migration)
    names.push(migration.name)
  }
  return names
}

async function isReplicated(client: AnalyticsClient): Promise<boolean> {
  const rows = await select<{ macro: string }>(client, 'SELECT macro FROM system.macros')
  const macros = new Set(rows.map(({ macro }) => macro))
  return macros.has('cluster') && macros.has('replica')
}

async function readApplied(client: AnalyticsClient, migrations: Migration[]): Promise<Set<number>> {
  const rows = await select<{ version: number; name: string; checksum: string }>(
    client,
    'SELECT DISTINCT version, name, checksum FROM tributary.migration ORDER BY version',
  )
  for (const { version, name, checksum } of rows) {
    const known = migrations[version - 1]
    if (known === undefined) {
      throw new MigrationError(`ClickHouse has migration ${name}, which this version lacks`, {
        code: 'migration_newer',
        hint: 'Run the version that made these tables, or a later one.',
      })
    }
    if (known.checksum !== checksum) {
      throw new MigrationError(`migration ${known.name} has changed since it was applied`, {
        code: 'migration_changed',
        hint: 'Restore the file and write the change as the next migration.',
      })
    }
  }
  return new Set(rows.map(({ version }) => version))
}

async function note(client: AnalyticsClient, { version, name, checksum }: Migration) {
  const query = `INSERT INTO tributary.migration (version, name, checksum) SETTINGS insert_deduplicate = 1, insert_deduplication_token = 'migration-${version}-${checksum}', async_insert = 0 FORMAT JSONCompactEachRow`
  const values = Readable.from([Buffer.from(JSON.stringify([version, name, checksum]))])
  const { stream } = await client.exec({ query, values })
  stream.resume()
}

async function execute(client: AnalyticsClient, query: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.command({ query })
      return
    } catch (error) {
      const lost = error instanceof ClickHouseError && LOST_RACES.has(error.code)
      if (!lost || attempt === TRIES) {
        throw toAnalyticsError(error, `migrating: ${query.trim().split('\n')[0]}`)
      }
      await sleep(200 * attempt)
    }
  }
}

async function select<Row>(client: AnalyticsClient, query: string): Promise<Row[]> {
  try {
    const result = await client.query({ query, format: 'JSONEachRow' })
    return await result.json<Row>()
  } catch (error) {
    throw toAnalyticsError(error, 'migrating')
  }
}

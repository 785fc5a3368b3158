import { databaseUrl } from '@tributary/protocol/config/databaseUrl'
import type { Kysely } from 'kysely'
import { openDatabase } from '../database/openDatabase.ts'
import type { AppDatabase } from '../database/schema.ts'
import { startPostgres } from './startPostgres.ts'

/** The database `app` in a Postgres of a test's own. */
export async function startDatabase(): Promise<{
  database: Kysely<AppDatabase>
  /** Of the cluster. */
  url: string
  stop(): Promise<void>
}> {
  const postgres = await startPostgres()
  const database = await openDatabase(databaseUrl({ databaseUrl: postgres.url }, 'app'))
  return {
    database,
    url: postgres.url,
    async stop() {
      await database.destroy()
      await postgres.stop()
    },
  }
}

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { MigrationError } from './MigrationError.ts'

/** One numbered file of statements. */
export interface Migration {
  version: number
  /** Name of the file. */
  name: string
  sql: string
  /** sha256 of the file, hex. */
  checksum: string
}

const FILE = /^([0-9]{4})_[a-z0-9_]+\.sql$/

/** The migrations of a folder in their order, numbered from 1 without gaps. */
export async function readMigrations(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name, at) => {
      const version = Number(FILE.exec(name)?.[1])
      if (version !== at + 1) {
        throw new MigrationError(`${name} is not migration ${at + 1}`, {
          code: 'migration_name',
          hint: 'Name migrations 0001_what.sql, 0002_what.sql and so on, without gaps.',
        })
      }
      const sql = await readFile(new URL(name, folder), 'utf8')
      return { version, name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

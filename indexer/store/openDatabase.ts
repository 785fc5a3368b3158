import pg from 'pg'
import { quoteIdentifier } from '../layout/quoteIdentifier.ts'
import { createMetadata } from './metadata.ts'

/** A database that cannot hold subgraphs. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
}

/**
 * Opens a database of a Postgres cluster, and makes it when it is missing: UTF8 with collation and
 * character type C, which the order and the case of answers depend on.
 *
 * @param clusterUrl any database of the cluster; its path is replaced by `name`.
 */
export async function openDatabase(clusterUrl: string, name: string): Promise<pg.Pool> {
  await createDatabase(clusterUrl, name)
  const url = new URL(clusterUrl)
  url.pathname = `/${name}`
  const pool = new pg.Pool({ connectionString: url.href, max: 20 })
  // A connection that breaks is replaced by the pool, and whoever uses it sees its query fail.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  try {
    const client = await pool.connect()
    try {
      await createMetadata(client)
    } finally {
      client.release()
    }
    return pool
  } catch (error) {
    await pool.end()
    throw error
  }
}

async function createDatabase(clusterUrl: string, name: string): Promise<void> {
  const url = new URL(clusterUrl)
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  // Its queries fail by themselves; without a listener the loss alone would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    const found = await readLocale(client, name)
    if (found === null) {
      await client
        .query(
          `create database ${quoteIdentifier(name)} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C' locale_provider libc`,
        )
        .catch(async (error) => {
          // Another process may have made it at the same time.
          if ((await readLocale(client, name)) === null) throw error
        })
      return
    }
    if (found.encoding !== 'UTF8' || found.collate !== 'C' || found.ctype !== 'C') {
      throw new DatabaseError(
        `the database \`${name}\` has encoding ${found.encoding}, collation ${found.collate} and ctype ${found.ctype}; it must have UTF8, C and C: drop it, and it is made anew`,
      )
    }
  } finally {
    await client.end()
  }
}

async function readLocale(
  client: pg.Client,
  name: string,
): Promise<{ encoding: string; collate: string; ctype: string } | null> {
  const { rows } = await client.query(
    `select pg_encoding_to_char(encoding) as encoding, datcollate as collate, datctype as ctype
       from pg_database where datname = $1`,
    [name],
  )
  return rows[0] ?? null
}

import pg from 'pg'

/**
 * Opens a pool on `url`, creating its database first when the cluster does not have it: UTF8 and
 * collation C, so that keys sort by their bytes on every machine.
 */
export async function openDatabase(url: string): Promise<pg.Pool> {
  await createIfMissing(url)
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  // A connection that dies while idle is replaced on the next use; without a listener it would
  // end the process.
  pool.on('error', () => {})
  // One that dies while it is lent out fails its user's query, and no more.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

async function createIfMissing(url: string): Promise<void> {
  const name = decodeURIComponent(new URL(url).pathname.slice(1))
  const cluster = new URL(url)
  cluster.pathname = '/postgres'
  const client = new pg.Client({ connectionString: cluster.href })
  // Its queries fail by themselves; without a listener the loss alone would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name])
    if (found.rowCount !== 0) return
    await client.query(
      `create database ${client.escapeIdentifier(name)}
       template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`,
    )
  } catch (error) {
    // Somebody else created it between the question and the answer.
    const code = (error as { code?: string }).code
    if (code !== '42P04' && code !== '23505') throw error
  } finally {
    await client.end()
  }
}

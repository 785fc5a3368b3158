import pg from 'pg'

/** Runs something on the gateway's database of a system. */
export async function withAppDatabase<T>(
  databaseUrl: string,
  run: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const url = new URL(databaseUrl)
  url.pathname = '/app'
  const client = new pg.Client({ connectionString: url.toString() })
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}

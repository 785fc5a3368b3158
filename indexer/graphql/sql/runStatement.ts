import type { PoolClient } from 'pg'

/** Runs a statement and reads every column as text. */
export async function runStatement(
  client: PoolClient,
  text: string,
  values: unknown[],
): Promise<(string | null)[][]> {
  const result = await client.query({ text, values, rowMode: 'array', types: AS_TEXT })
  return result.rows
}

const AS_TEXT = { getTypeParser: () => (text: string) => text }

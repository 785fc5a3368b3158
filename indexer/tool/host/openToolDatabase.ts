import type { Pool } from 'pg'
import { DatabaseError, openDatabase } from '../../store/openDatabase.ts'
import { ToolError } from '../toolError.ts'

/** Database of the cluster for the subgraphs. */
export const DATABASE = 'indexer'

/**
 * Opens the database with the subgraphs.
 *
 * @param url any database of its cluster, as `DATABASE_URL` names it.
 * @throws ToolError when it cannot be opened.
 */
export async function openToolDatabase(url: string): Promise<Pool> {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new ToolError(
      'DATABASE_URL is no URL such as postgres://user:password@127.0.0.1:5432/postgres',
    )
  }
  try {
    return await openDatabase(url, DATABASE)
  } catch (cause) {
    if (cause instanceof DatabaseError) throw new ToolError(cause.message, { cause })
    // Where every address of a name refuses, the message is empty.
    const { message, code } = cause as { message: string; code?: string }
    throw new ToolError(
      `the database at ${new URL(url).host} cannot be used (${message || code}): correct DATABASE_URL, or leave it out to use a Postgres that this tool brings along`,
      { cause },
    )
  }
}

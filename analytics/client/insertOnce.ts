import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Column, Columns } from '../tables/column.ts'
import { type TableName, type TableRow, tables } from '../tables/tables.ts'
import { AnalyticsError } from './AnalyticsError.ts'
import type { AnalyticsClient } from './clickhouse.ts'
import { toAnalyticsError } from './toAnalyticsError.ts'

/** A batch must become one block of the table, since a block is what is deduplicated. */
export const MOST_ROWS = 100_000

/** What may stand in a token: it is written into the statement. */
const TOKEN = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,119}$/

/**
 * Inserts a batch exactly once: the same batch under the same token again changes neither the
 * table nor its rollups, however late it comes and whatever died in between. After an error,
 * repeat it.
 *
 * The token names the batch, not the attempt; it always comes with the same rows in the same
 * order. Batches are remembered for ever in `inserted_batch`; between the rows and that note
 * ClickHouse's own deduplication by the token, of the table's last 10,000 batches, holds.
 *
 * @param token letters, digits and `_.:-`, at most 120, for example `ledger-1-42`
 * @throws AnalyticsError where a value does not fit its column, or the token has named other rows
 *   before: nothing is inserted
 * @throws AnalyticsUnavailableError where ClickHouse is away or full: repeat with the same token
 * @example
 * await insertOnce(client, 'ledger', lines, `ledger-${serviceId}-${batchId}`)
 */
export async function insertOnce<Name extends TableName>(
  client: AnalyticsClient,
  table: Name,
  rows: readonly TableRow<Name>[],
  token: string,
): Promise<void> {
  if (!TOKEN.test(token)) {
    throw new AnalyticsError(`"${token}" cannot name a batch`, {
      code: 'analytics_token',
      hint: 'Use letters, digits and _.:- only, at most 120 of them.',
    })
  }
  if (rows.length === 0) return
  if (rows.length > MOST_ROWS) {
    throw new AnalyticsError(`a batch of ${rows.length} rows for ${table} is too large`, {
      code: 'analytics_batch',
      hint: `Cut it into batches of at most ${MOST_ROWS} rows, each with a token of its own.`,
    })
  }
  const columns = Object.entries(tables[table] as Columns)
  const values = rows.map((row, at) => encodeRow(columns, row, `row ${at} of ${token}`)).join('\n')
  const checksum = createHash('sha256').update(values).digest('hex')
  try {
    if (await isKnown(client, table, token, checksum)) return
    const names = columns.map(([name]) => name)
    await insert(client, { table, names, values, token })
    const note = JSON.stringify([table, token, checksum])
    await insert(client, {
      table: 'inserted_batch',
      names: ['table', 'token', 'checksum'],
      values: note,
      token: `${table}:${token}:${checksum}`,
    })
  } catch (error) {
    throw toAnalyticsError(error, `inserting ${rows.length} rows into ${table} (${token})`)
  }
}

async function isKnown(
  client: AnalyticsClient,
  table: string,
  token: string,
  checksum: string,
): Promise<boolean> {
  const result = await client.query({
    query:
      'SELECT DISTINCT checksum FROM tributary.inserted_batch WHERE table = {table:String} AND token = {token:String}',
    query_params: { table, token },
    format: 'JSONEachRow',
  })
  const known = await result.json<{ checksum: string }>()
  if (known.some((batch) => batch.checksum !== checksum)) {
    throw new AnalyticsError(`the batch ${token} of ${table} was inserted with other rows`, {
      code: 'analytics_token_reused',
      hint: 'Make the same rows in the same order for a token, or give the new rows a token of their own.',
    })
  }
  return known.length > 0
}

async function insert(
  client: AnalyticsClient,
  batch: { table: string; names: string[]; values: string; token: string },
): Promise<void> {
  // Inline, so that no server and no driver can apply the token to another statement.
  const settings = `insert_deduplicate = 1, insert_deduplication_token = '${batch.token}', deduplicate_blocks_in_dependent_materialized_views = 1, async_insert = 0`
  const query = `INSERT INTO tributary.${batch.table} (${batch.names.join(', ')}) SETTINGS ${settings} FORMAT JSONCompactEachRow`
  const { stream } = await client.exec({
    query,
    values: Readable.from([Buffer.from(batch.values)]),
  })
  stream.resume()
}

function encodeRow(
  columns: [string, Column<unknown>][],
  row: Record<string, unknown>,
  which: string,
): string {
  const values = columns.map(([name, column]) => {
    try {
      return column.toJson(row[name])
    } catch (error) {
      throw new AnalyticsError(`${which}: ${name}: ${(error as Error).message}`, {
        code: 'analytics_value',
        hint: 'Nothing of the batch was inserted.',
        cause: error,
      })
    }
  })
  return JSON.stringify(values)
}

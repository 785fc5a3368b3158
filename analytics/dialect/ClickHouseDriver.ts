import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import { AnalyticsError } from '../client/AnalyticsError.ts'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { toAnalyticsError } from '../client/toAnalyticsError.ts'
import { decodeValue } from './decodeValue.ts'
import type { QueryValue } from './QueryValue.ts'

/** What a query may use up. */
export interface QueryBudget {
  /** Name of the query in ClickHouse's log and in errors. */
  name: string
  /** Longest time that the server spends on it. */
  seconds: number
}

/** Runs compiled queries over an open client, which stays the caller's to close. */
export class ClickHouseDriver implements Driver {
  readonly #connection: DatabaseConnection

  constructor(client: AnalyticsClient, budget: QueryBudget) {
    this.#connection = new ClickHouseConnection(client, budget)
  }

  async init(): Promise<void> {}
  async destroy(): Promise<void> {}
  async releaseConnection(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }

  async beginTransaction(): Promise<void> {
    throw noTransactions()
  }

  async commitTransaction(): Promise<void> {
    throw noTransactions()
  }

  async rollbackTransaction(): Promise<void> {
    throw noTransactions()
  }
}

class ClickHouseConnection implements DatabaseConnection {
  readonly #client: AnalyticsClient
  readonly #budget: QueryBudget

  constructor(client: AnalyticsClient, budget: QueryBudget) {
    this.#client = client
    this.#budget = budget
  }

  async executeQuery<Row>(
    { sql, parameters }: CompiledQuery,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<QueryResult<Row>> {
    const { name, seconds } = this.#budget
    const values = parameters.map((parameter, at) => [`p${at}`, (parameter as QueryValue).value])
    try {
      const result = await this.#client.query({
        query: sql,
        query_params: Object.fromEntries(values),
        format: 'JSONCompactEachRowWithNamesAndTypes',
        clickhouse_settings: { max_execution_time: seconds, log_comment: name },
        ...(options?.signal === undefined ? {} : { abort_signal: options.signal }),
      })
      const [names = [], types = [], ...rows] = await result.json<unknown[]>()
      return { rows: rows.map((row) => toObject(names as string[], types as string[], row) as Row) }
    } catch (error) {
      throw toAnalyticsError(error, `query ${name}`)
    }
  }

  streamQuery(): never {
    throw new AnalyticsError('queries are not streamed', {
      code: 'analytics_dialect',
      hint: 'Ask page by page.',
    })
  }
}

function toObject(names: string[], types: string[], row: unknown[]): Record<string, unknown> {
  return Object.fromEntries(
    names.map((name, at) => [name, decodeValue(types[at] as string, row[at])]),
  )
}

function noTransactions(): AnalyticsError {
  return new AnalyticsError('ClickHouse has no transactions', {
    code: 'analytics_dialect',
    hint: 'Write each batch with insertOnce.',
  })
}

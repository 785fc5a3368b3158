import { Session } from 'chdb'
import { ServerException } from '../exception.ts'
import { isLocked, statementGuard } from '../statement/guardStatement.ts'
import {
  type InsertDataStatement,
  readStatement,
  type Statement,
} from '../statement/readStatement.ts'
import { Gate } from './gate.ts'
import { sqlLiteral } from './sqlLiteral.ts'

/** One statement with all that belongs to it. */
export interface EngineRequest {
  sql: string
  /** Rows of an `INSERT … FORMAT x` that came apart from the statement. */
  data: Uint8Array | null
  /** Values of `{name:Type}`, in the escaped form of the HTTP protocol. */
  params: ReadonlyMap<string, string>
  settings: ReadonlyMap<string, string>
  database: string | null
  /** Format of the answer where the statement names none. */
  defaultFormat: string
  /** A GET never writes, whatever it says. */
  readonly: boolean
  signal: AbortSignal
}

/** What the engine answered. */
export interface EngineResult {
  body: Uint8Array
  format: string
  rowsRead: number
  bytesRead: number
  rowsWritten: number
  bytesWritten: number
  elapsedSeconds: number
}

/** The one database of the embedded server; `default` of chDB shows the file system. */
const DATABASE = 'tributary'

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Longest time that a client may ask for. */
const MOST_SECONDS = { read: 60, write: 600 }

const SETTINGS_OF_ALL = {
  max_memory_usage: 4_000_000_000,
  // JavaScript's numbers end at 2^53: whoever forgets to ask still gets exact money.
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
}

const SETTINGS_OF_READS = {
  ...SETTINGS_OF_ALL,
  max_execution_time: 30,
  // A result is held in memory whole before it is sent.
  max_result_bytes: 268_435_456,
}

const SETTINGS_OF_WRITES = {
  ...SETTINGS_OF_ALL,
  max_execution_time: 300,
  // A queue inside the engine would acknowledge rows that a crash then loses.
  async_insert: 0,
  // A misspelt column is an error, as on a server; chDB alone would drop it silently.
  input_format_skip_unknown_fields: 0,
  // A retry after a crash between base table and rollup reaches the rollup that missed it.
  deduplicate_blocks_in_dependent_materialized_views: 1,
}

/** Options of {@link Engine.open}. */
export interface EngineOptions {
  /** Directory that this process alone owns. */
  folder: string
  /** Bytes that the folder's disk has left. */
  freeBytes: () => Promise<number>
}

/** A write needs room for its parts and for the merges behind it. */
const LEAST_FREE_BYTES = 32 * 1024 * 1024

/**
 * chDB in this process. Each statement gets a connection of its own, which takes a quarter of a
 * millisecond, so that neither settings nor parameters nor a deduplication token can leak from
 * one request into another. Reads run side by side, writes one after another.
 */
export class Engine {
  readonly #folder: string
  readonly #freeBytes: () => Promise<number>
  /** Keeps the engine alive between requests: with the last connection the engine would go. */
  readonly #keeper: Session
  readonly #guard: ReturnType<typeof statementGuard>
  readonly #reads: Gate
  readonly #writes = new Gate(1)
  readonly version: string

  private constructor({ folder, freeBytes }: EngineOptions, keeper: Session) {
    this.#folder = folder
    this.#freeBytes = freeBytes
    this.#keeper = keeper
    // Statements hold a thread of libuv's pool; two stay free for files and compression.
    const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4)
    this.#reads = new Gate(Math.min(4, Math.max(1, threads - 3)))
    this.version = keeper.query('SELECT version()', 'TSV').trim()
    const names = keeper.query('SELECT name FROM system.table_functions', 'TSV')
    this.#guard = statementGuard(names.split('\n').filter((name) => name !== ''))
  }

  /**
   * Opens the data folder.
   *
   * @throws ChdbConnectionError where another process has it
   */
  static open(options: EngineOptions): Engine {
    const keeper = new Session(options.folder)
    try {
      return new Engine(options, keeper)
    } catch (error) {
      keeper.close()
      throw error
    }
  }

  /**
   * Runs one statement.
   *
   * @throws ServerException where the statement is refused here
   * @throws ChdbQueryError where the engine refuses it
   */
  async run(request: EngineRequest): Promise<EngineResult> {
    const { statement, data } = readRequest(request)
    this.#guard(statement)
    if (statement.kind === 'read') {
      const format = statement.format ?? request.defaultFormat
      return this.#reads.pass(request.signal, () =>
        this.#onConnection(request, SETTINGS_OF_READS, MOST_SECONDS.read, async (session) => {
          session.query(`SET readonly = ${isLocked(statement) ? 1 : 2}`)
          return select(session, statement.sql, format)
        }),
      )
    }
    if (request.readonly) {
      throw new ServerException(
        'READONLY',
        'Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly. You should use method POST for modifying queries',
      )
    }
    return this.#writes.pass(request.signal, async () => {
      await this.#assertRoom()
      return this.#onConnection(request, SETTINGS_OF_WRITES, MOST_SECONDS.write, (session) =>
        statement.kind === 'insertData'
          ? insertData(session, statement, data)
          : select(session, statement.sql, request.defaultFormat),
      )
    })
  }

  /** Gives the data folder back. */
  close(): void {
    this.#keeper.close()
  }

  async #onConnection<T>(
    request: EngineRequest,
    defaults: Record<string, number>,
    mostSeconds: number,
    run: (session: Session) => Promise<T>,
  ): Promise<T> {
    const session = new Session(this.#folder)
    try {
      useDatabase(session, request.database)
      const settings = new Map<string, string>(
        Object.entries(defaults).map(([name, value]) => [name, String(value)]),
      )
      for (const [name, value] of request.settings) settings.set(name, value)
      const seconds = Number(settings.get('max_execution_time'))
      // chDB cannot stop a statement whose client has left; only its own clock can.
      if (!(seconds > 0 && seconds <= mostSeconds)) {
        settings.set('max_execution_time', String(mostSeconds))
      }
      setAll(session, '', settings)
      setAll(session, 'param_', request.params)
      return await run(session)
    } finally {
      session.close()
    }
  }

  async #assertRoom(): Promise<void> {
    const free = await this.#freeBytes()
    if (free >= LEAST_FREE_BYTES) return
    throw new ServerException(
      'NOT_ENOUGH_SPACE',
      `The disk under ${this.#folder} is full (${free} bytes left); nothing was stored. Free at least ${LEAST_FREE_BYTES} bytes and send it again`,
    )
  }
}

function setAll(session: Session, prefix: string, values: ReadonlyMap<string, string>): void {
  for (const [name, value] of values) {
    if (!NAME.test(name)) throw new ServerException('BAD_ARGUMENTS', `"${name}" is not a name`)
    session.query(`SET ${prefix}${name} = ${sqlLiteral(value)}`)
  }
}

function useDatabase(session: Session, name: string | null): void {
  if (name !== null && name !== 'default') {
    if (!NAME.test(name)) {
      throw new ServerException('UNKNOWN_DATABASE', `Database ${name} does not exist`)
    }
    session.query(`USE ${name}`)
    return
  }
  try {
    session.query(`USE ${DATABASE}`)
  } catch {
    // The first statement of all, or the first after a DROP DATABASE.
    session.query(`CREATE DATABASE IF NOT EXISTS ${DATABASE} ENGINE = Atomic`)
    session.query(`USE ${DATABASE}`)
  }
}

/** As on a server, the body goes on where the text in the URL ended: with rows, or with more SQL. */
function readRequest({ sql, data }: EngineRequest): { statement: Statement; data: Uint8Array } {
  const rest = data ?? new Uint8Array()
  let text = sql
  let statement = readStatement(text)
  if (statement.kind !== 'insertData' && rest.length > 0) {
    text = `${sql}\n${new TextDecoder().decode(rest)}`
    statement = readStatement(text)
  }
  if (statement.kind !== 'insertData') return { statement, data: rest }
  const inline = text.slice(statement.dataStart)
  if (text === sql && inline.trim() === '') return { statement, data: rest }
  return {
    statement,
    data: Buffer.concat([Buffer.from(inline), text === sql ? rest : Buffer.of()]),
  }
}

async function select(session: Session, sql: string, format: string): Promise<EngineResult> {
  const result = await session.queryAsync(sql, { format })
  return {
    body: result.bytes(),
    format,
    rowsRead: result.rowsRead,
    bytesRead: result.bytesRead,
    rowsWritten: 0,
    bytesWritten: 0,
    elapsedSeconds: result.elapsed,
  }
}

/** Formats that the engine takes as raw bytes behind an insert. */
const DATA_FORMATS = [
  'JSONEachRow',
  'JSONCompactEachRow',
  'CSV',
  'CSVWithNames',
  'TSV',
  'TabSeparated',
  'TSVWithNames',
  'TabSeparatedWithNames',
] as const

async function insertData(
  session: Session,
  statement: InsertDataStatement,
  values: Uint8Array,
): Promise<EngineResult> {
  const format = DATA_FORMATS.find((name) => name === statement.format)
  if (format === undefined) {
    throw new ServerException(
      'UNKNOWN_FORMAT',
      `Unknown format ${statement.format} for an insert on the embedded server; use one of ${DATA_FORMATS.join(', ')}`,
    )
  }
  setAll(session, '', statement.settings)
  const { rowsWritten, bytesWritten, bytesSent, rowsSent, elapsed } = await session.insert({
    table: statement.table,
    ...(statement.columns === null ? {} : { columns: statement.columns }),
    values,
    format,
  })
  return {
    body: new Uint8Array(),
    format,
    rowsRead: rowsSent ?? 0,
    bytesRead: bytesSent,
    rowsWritten,
    bytesWritten,
    elapsedSeconds: elapsed,
  }
}

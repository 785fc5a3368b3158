import { SqlTextError, type SqlToken, sqlTokens } from '../../sql/tokens.ts'
import { ServerException } from '../exception.ts'

/** What a statement is, so far as the server has to know before the engine sees it. */
export type Statement = ReadStatement | WriteStatement | InsertDataStatement

/** Runs on a connection that cannot write. */
export interface ReadStatement {
  kind: 'read'
  sql: string
  tokens: SqlToken[]
  /** Output format named by the statement itself. */
  format: string | null
}

/** DDL, or an insert whose rows the engine makes or parses as SQL. */
export interface WriteStatement {
  kind: 'write'
  sql: string
  tokens: SqlToken[]
}

/** An insert whose rows follow the statement as data. */
export interface InsertDataStatement {
  kind: 'insertData'
  tokens: SqlToken[]
  /** Database-qualified where the statement says so, without quotes. */
  table: string
  columns: string[] | null
  settings: Map<string, string>
  format: string
  /** Offset in the statement's text behind which the data begins. */
  dataStart: number
}

const READ_WORDS = new Set(['SELECT', 'WITH', 'SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN'])
const WRITE_WORDS = new Set([
  'INSERT',
  'CREATE',
  'ALTER',
  'DROP',
  'TRUNCATE',
  'OPTIMIZE',
  'RENAME',
  'DELETE',
])

/**
 * Reads one statement. Data behind `INSERT … FORMAT x` is left alone.
 *
 * @throws ServerException where it is no single statement of a kind that the server runs
 */
export function readStatement(sql: string): Statement {
  try {
    return read(sql)
  } catch (error) {
    if (error instanceof SqlTextError) {
      throw new ServerException('SYNTAX_ERROR', `Syntax error: ${error.message}. ${error.hint}`)
    }
    throw error
  }
}

function read(sql: string): Statement {
  const tokens: SqlToken[] = []
  let depth = 0
  let closed = false
  let data: { format: string; dataStart: number } | null = null
  let rowsFromSql = false
  let first: string | null = null
  for (const token of sqlTokens(sql)) {
    if (token.kind === 'symbol' && token.value === ';') {
      closed = true
      continue
    }
    if (closed) {
      throw new ServerException(
        'SYNTAX_ERROR',
        `Syntax error (Multi-statements are not allowed): failed at position ${token.start + 1}. Send one statement a request.`,
      )
    }
    const before = tokens.at(-1)
    tokens.push(token)
    if (token.kind === 'symbol') depth += '([{'.includes(token.value) ? 1 : 0
    if (token.kind === 'symbol') depth -= ')]}'.includes(token.value) ? 1 : 0
    if (token.kind !== 'word') continue
    const word = token.value.toUpperCase()
    first ??= word
    if (depth > 0) continue
    if (word === 'SELECT' || word === 'VALUES' || word === 'WITH') rowsFromSql = true
    const isFormat = before?.kind === 'word' && before.value.toUpperCase() === 'FORMAT'
    if (first === 'INSERT' && !rowsFromSql && isFormat) {
      data = { format: token.value, dataStart: token.end }
      break
    }
  }
  if (first === null) throw new ServerException('SYNTAX_ERROR', 'Syntax error: Empty query')
  if (data !== null) return { kind: 'insertData', tokens, ...insertTarget(tokens), ...data }
  if (READ_WORDS.has(first)) return { kind: 'read', sql, tokens, format: outputFormat(tokens) }
  if (WRITE_WORDS.has(first)) return { kind: 'write', sql, tokens }
  throw new ServerException(
    'QUERY_IS_PROHIBITED',
    `${first} is not run by the embedded server. Send settings, database and parameters with each request`,
  )
}

function outputFormat(tokens: SqlToken[]): string | null {
  for (let at = tokens.length - 1; at > 0; at -= 1) {
    const [word, name] = [tokens[at - 1], tokens[at]]
    const isFormat = word?.kind === 'word' && word.value.toUpperCase() === 'FORMAT'
    if (isFormat && name?.kind === 'word') return name.value
  }
  return null
}

/** Reads `INSERT INTO [TABLE] [db.]table [(columns)] [SETTINGS k = v, …] FORMAT x`. */
function insertTarget(tokens: SqlToken[]) {
  let at = 0
  const peek = () => tokens[at]
  const isWord = (word: string) =>
    peek()?.kind === 'word' && peek()?.value.toUpperCase() === word && at < tokens.length
  const isSymbol = (value: string) => peek()?.kind === 'symbol' && peek()?.value === value
  const fail = () =>
    new ServerException(
      'SYNTAX_ERROR',
      `Syntax error: failed at position ${(peek()?.start ?? 0) + 1}. Write INSERT INTO table (columns) SETTINGS name = value FORMAT name`,
    )
  const name = (): string => {
    const token = peek()
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted')) throw fail()
    at += 1
    return token.value
  }
  const expectSymbol = (value: string) => {
    if (!isSymbol(value)) throw fail()
    at += 1
  }
  if (!isWord('INSERT')) throw fail()
  at += 1
  if (!isWord('INTO')) throw fail()
  at += 1
  if (isWord('TABLE')) at += 1
  let table = name()
  if (isSymbol('.')) {
    at += 1
    table += `.${name()}`
  }
  let columns: string[] | null = null
  if (isSymbol('(')) {
    columns = []
    do {
      at += 1
      columns.push(name())
    } while (isSymbol(','))
    expectSymbol(')')
  }
  const settings = new Map<string, string>()
  if (isWord('SETTINGS')) {
    do {
      at += 1
      const setting = name()
      expectSymbol('=')
      const value = peek()
      if (value === undefined || !['string', 'number', 'word'].includes(value.kind)) throw fail()
      settings.set(setting, value.value)
      at += 1
    } while (isSymbol(','))
  }
  if (!isWord('FORMAT') || at !== tokens.length - 2) throw fail()
  return { table, columns, settings }
}

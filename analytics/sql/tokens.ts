import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/** Text that cannot be read as ClickHouse SQL without guessing. */
export class SqlTextError extends TributaryError {}

/** One lexeme of ClickHouse SQL; whitespace and comments are left out. */
export interface SqlToken {
  kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol'
  /** A word, number or symbol as written; of quoted names and strings what they stand for. */
  value: string
  /** Offset of the first character. */
  start: number
  /** Offset behind the last character. */
  end: number
}

const WORD = /[A-Za-z_][A-Za-z0-9_]*/y
// A point is a symbol of its own: in `1.f(` the engine may see a name behind it.
const NUMBER = /[0-9][A-Za-z0-9_]*/y
const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '0': '\0' }

/**
 * Reads ClickHouse SQL lexeme by lexeme, lazily, so that the data behind `INSERT … FORMAT x` is
 * never taken for SQL.
 *
 * What the engine's lexer would read otherwise than this one (heredocs, typographic quotes,
 * nested comments, hex strings) is refused instead of guessed: text that one of the two takes
 * for a string and the other for code is how a statement check is evaded.
 *
 * @throws SqlTextError
 * @example
 * [...sqlTokens('select `a`, 1')].map(({ value }) => value) // ['select', 'a', ',', '1']
 */
export function* sqlTokens(sql: string): Generator<SqlToken, void, undefined> {
  let at = 0
  let previousWord: SqlToken | null = null
  while (at < sql.length) {
    const character = sql[at] as string
    if (/\s/.test(character) && character <= ' ') {
      at += 1
      continue
    }
    const comment = commentEnd(sql, at)
    if (comment !== null) {
      at = comment
      continue
    }
    if (character === "'" && previousWord?.end === at) {
      throw refused(sql, at, 'a string with a prefix')
    }
    const token: SqlToken =
      quoted(sql, at) ?? matched(sql, at, WORD, 'word') ?? number(sql, at) ?? symbol(sql, at)
    previousWord = token.kind === 'word' || token.kind === 'number' ? token : null
    at = token.end
    yield token
  }
}

function number(sql: string, at: number): SqlToken | null {
  return matched(sql, at, NUMBER, 'number')
}

function symbol(sql: string, at: number): SqlToken {
  const value = sql[at] as string
  if (value === '$' || value === '\\' || value < ' ' || value > '~') {
    throw refused(sql, at, 'this character outside of a string')
  }
  return { kind: 'symbol', value, start: at, end: at + 1 }
}

function matched(
  sql: string,
  at: number,
  pattern: RegExp,
  kind: 'word' | 'number',
): SqlToken | null {
  pattern.lastIndex = at
  const value = pattern.exec(sql)?.[0]
  return value === undefined ? null : { kind, value, start: at, end: at + value.length }
}

function commentEnd(sql: string, at: number): number | null {
  const two = sql.slice(at, at + 2)
  // As in the engine, `#` opens a comment only before a space or `!`.
  if (two === '--' || two === '# ' || two === '#!') {
    const end = sql.indexOf('\n', at)
    return end === -1 ? sql.length : end + 1
  }
  if (two !== '/*') return null
  const end = sql.indexOf('*/', at + 2)
  if (end === -1) throw refused(sql, at, 'a comment that does not end')
  if (sql.slice(at + 2, end).includes('/*')) throw refused(sql, at, 'a comment inside a comment')
  return end + 2
}

function quoted(sql: string, start: number): SqlToken | null {
  const quote = sql[start] as string
  if (quote !== "'" && quote !== '`' && quote !== '"') return null
  let value = ''
  let at = start + 1
  for (;;) {
    const character = sql[at]
    if (character === undefined || character === '\0') {
      throw refused(sql, start, `a ${quote} that is not closed`)
    }
    if (character === '\\') {
      const escaped = sql[at + 1] ?? ''
      value += ESCAPES[escaped] ?? escaped
      at += 2
    } else if (character !== quote) {
      value += character
      at += 1
    } else if (sql[at + 1] === quote) {
      value += quote
      at += 2
    } else {
      return { kind: quote === "'" ? 'string' : 'quoted', value, start, end: at + 1 }
    }
  }
}

function refused(sql: string, at: number, what: string): SqlTextError {
  return new SqlTextError(
    `the statement has ${what} at position ${at}: ${sql.slice(at, at + 20)}`,
    {
      code: 'sql_text',
      hint: 'Write strings in plain single quotes and pass values as query parameters.',
    },
  )
}

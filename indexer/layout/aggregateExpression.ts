import { type ExpressionToken, misplacedToken } from './expressionShape.ts'
import { quoteIdentifier } from './quoteIdentifier.ts'

/** An `arg` of `@aggregate` that is no expression, or uses what is not allowed in one. */
export class AggregateExpressionError extends Error {
  override readonly name = 'AggregateExpressionError'
  /** What it names that it may not, where it is that. */
  readonly unknown: { readonly kind: 'field' | 'function'; readonly name: string } | null

  constructor(message: string, unknown: AggregateExpressionError['unknown'] = null) {
    super(message)
    this.unknown = unknown
  }
}

/** An expression over columns, ready for SQL. */
export interface AggregateExpression {
  readonly sql: string
  /** The columns that it uses, not quoted. */
  readonly columns: readonly string[]
}

/** Functions that give every node the same result. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  ...['abs', 'ceil', 'ceiling', 'div', 'floor', 'gcd', 'lcm', 'mod', 'power', 'sign'],
  ...['coalesce', 'nullif', 'greatest', 'least'],
])
const KEYWORDS: ReadonlySet<string> = new Set([
  ...['case', 'when', 'then', 'else', 'end', 'and', 'or', 'not', 'is', 'null', 'true', 'false'],
  ...['distinct', 'from', 'cast', 'as'],
])
const TYPES: ReadonlySet<string> = new Set([
  ...['numeric', 'decimal', 'int', 'int2', 'int4', 'int8', 'integer', 'bigint', 'smallint'],
  ...['text', 'boolean', 'bool'],
])
/** No comment begins with any of these: the two that could are refused before. */
const TOKEN =
  /\s+|(?<word>[A-Za-z_]\w*)|(?<quoted>"[^"]+")|\d+(?:\.\d+)?|'(?:[^']|'')*'|::|<>|!=|<=|>=|[-+*/%^=<>(),]/y

/**
 * Reads the `arg` of an `@aggregate` as an SQL expression: fields become columns, and nothing but
 * arithmetic, comparisons, `case`, casts and a few functions is let through.
 *
 * @param columnOf the column of a field of the source, or null when there is no such field.
 * @throws {AggregateExpressionError}
 * @example aggregateExpression('priceUSD * amount', snakeCase).sql // '"price_usd" * "amount"'
 */
export function aggregateExpression(
  text: string,
  columnOf: (field: string) => string | null,
): AggregateExpression {
  const refuse = (why: string, unknown?: AggregateExpressionError['unknown']) =>
    new AggregateExpressionError(`the expression \`${text}\` ${why}`, unknown)
  if (/--|\/\*/.test(text)) throw refuse('holds a comment')
  const columns = new Set<string>()
  const tokens: ExpressionToken[] = []
  let sql = ''
  let before = ''
  TOKEN.lastIndex = 0
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const match = TOKEN.exec(text)
    if (!match) throw refuse(`has \`${text[at]}\` at position ${at}, which is not allowed there`)
    const [token] = match
    const { word, quoted } = match.groups as { word?: string; quoted?: string }
    const rest = text.slice(TOKEN.lastIndex)
    const named = word || quoted ? name(word, quoted?.slice(1, -1), before, rest) : null
    sql += named ? named.text : token
    if (token.trim() === '') continue
    before = token.toLowerCase()
    tokens.push(named ?? { kind: 'other', text: token })
  }
  if (tokens.length === 0) throw refuse('is empty')
  const misplaced = misplacedToken(tokens)
  if (misplaced !== null) throw refuse(`has \`${misplaced}\` where something else is expected`)
  return { sql, columns: [...columns].sort() }

  function name(
    word: string | undefined,
    quoted: string | undefined,
    before: string,
    rest: string,
  ): ExpressionToken {
    const lower = word?.toLowerCase() ?? ''
    if (before === '::' || before === 'as') {
      if (TYPES.has(lower)) return { kind: 'type', text: lower }
      throw refuse(`casts to \`${word ?? quoted}\`, which is not supported`)
    }
    const isKeyword = KEYWORDS.has(lower)
    if (/^\s*\(/.test(rest) && !isKeyword) {
      if (FUNCTIONS.has(quoted ?? lower)) {
        return { kind: 'function', text: lower || quoteIdentifier(quoted as string) }
      }
      throw refuse(`uses the function \`${word ?? quoted}\`, which is not supported`, {
        kind: 'function',
        name: word ?? `"${quoted}"`,
      })
    }
    const field = quoted ?? (word as string)
    const column = columnOf(field)
    if (column !== null) {
      columns.add(column)
      return { kind: 'field', text: quoteIdentifier(column) }
    }
    if (isKeyword) return { kind: 'other', text: lower }
    throw refuse(`names \`${field}\`, which is no field of the source`, {
      kind: 'field',
      name: field,
    })
  }
}

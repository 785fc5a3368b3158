import { sqlTokens } from './tokens.ts'

/** The statements of a file of ClickHouse SQL, without their semicolons and without empty ones. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = []
  let start = 0
  for (const token of sqlTokens(sql)) {
    if (token.kind !== 'symbol' || token.value !== ';') continue
    statements.push(sql.slice(start, token.start))
    start = token.end
  }
  statements.push(sql.slice(start))
  return statements.filter((statement) => !sqlTokens(statement).next().done).map((s) => s.trim())
}

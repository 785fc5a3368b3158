/** Quotes a name for SQL. Postgres cuts identifiers at 63 bytes by itself. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

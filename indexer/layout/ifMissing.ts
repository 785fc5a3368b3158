/** A `create index` that does nothing when the index is there. */
export function ifMissing(statement: string): string {
  return statement.replace(/^create index/, 'create index if not exists')
}

/** A subgraph's schema breaks a rule; the message names the type and field and says how to mend it. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
}

/** A subgraph's schema that cannot be used; the message names the type and field. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
  /** All rules that it breaks, in graph-node's words; empty where it cannot even be looked at. */
  readonly problems: readonly string[]

  constructor(message: string, options?: ErrorOptions & { problems?: readonly string[] }) {
    super(message, options)
    this.problems = options?.problems ?? []
  }

  static of(problems: readonly string[]): SchemaError {
    return new SchemaError(`the schema breaks rules: ${problems.join('; ')}`, { problems })
  }
}

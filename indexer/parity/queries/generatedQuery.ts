/** The body of a GraphQL request. */
export interface GeneratedQuery {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}

import { jsonValue, parseJson } from '../graphql/query/jsonValue.ts'
import type { Value } from '../graphql/query/value.ts'
import { ClientError } from './clientError.ts'

/** A GraphQL request. `operationName` is not read, as graph-node does not read it. */
export interface GraphqlRequest {
  readonly query: string
  readonly variables: ReadonlyMap<string, Value>
}

/** Reads the body of a GraphQL request. */
export function readBody(text: string): GraphqlRequest {
  let json: unknown
  try {
    json = parseJson(text)
  } catch (cause) {
    // The parser's own words for it would tell of a stack.
    if (cause instanceof RangeError) {
      throw new ClientError('the body is nested too deeply', { cause })
    }
    throw new ClientError(`the body is not JSON: ${(cause as Error).message}`, { cause })
  }
  if (!isObject(json)) throw new ClientError('Request data is not an object')
  if (!('query' in json)) throw new ClientError('The "query" field is missing in request data')
  if (typeof json.query !== 'string') throw new ClientError('The "query" field is not a string')
  const { variables } = json
  if (variables === undefined || variables === null) {
    return { query: json.query, variables: new Map() }
  }
  if (!isObject(variables)) throw new ClientError('Invalid query variables provided')
  const values = Object.entries(variables).map(([name, value]) => [name, jsonValue(value)] as const)
  return { query: json.query, variables: new Map(values) }
}

function isObject(json: unknown): json is Record<string, unknown> {
  return (
    typeof json === 'object' &&
    json !== null &&
    // Numbers are objects too while they are kept as they are spelt.
    (Object.getPrototypeOf(json) === Object.prototype || Object.getPrototypeOf(json) === null)
  )
}

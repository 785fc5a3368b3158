import { type DocumentNode, GraphQLError, Kind, parse, visit } from 'graphql'
import { QueryError } from '../errors/queryError.ts'
import { nodeLocation } from './nodeLocation.ts'
import { isI64 } from './value.ts'

/**
 * Parses a query.
 *
 * @throws {QueryError} with the place of the first syntax error.
 */
export function parseQuery(text: string): DocumentNode {
  let document: DocumentNode
  try {
    document = parse(text)
  } catch (error) {
    if (error instanceof RangeError) throw new QueryError('the query is nested too deeply')
    if (!(error instanceof GraphQLError)) throw error
    throw new QueryError(error.message, { location: error.locations?.[0], cause: error })
  }
  visit(document, {
    [Kind.INT]: (node) => {
      if (!isI64(BigInt(node.value))) {
        throw new QueryError(`the integer ${node.value} has more than 64 bits`, {
          location: nodeLocation(node),
        })
      }
    },
  })
  return document
}

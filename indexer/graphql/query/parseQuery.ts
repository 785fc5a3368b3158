import {
  type DocumentNode,
  GraphQLError,
  Kind,
  Lexer,
  parse,
  Source,
  type Token,
  TokenKind,
  visit,
} from 'graphql'
import { type Location, QueryError } from '../errors/queryError.ts'
import { nodeLocation } from './nodeLocation.ts'
import { placeTokens } from './placeTokens.ts'
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
    if (document.loc) placeTokens(document.loc.startToken, text)
  } catch (error) {
    if (error instanceof RangeError) throw new QueryError('the query is nested too deeply')
    if (!(error instanceof GraphQLError)) throw error
    throw new QueryError(error.message, { location: errorLocation(error, text), cause: error })
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

function errorLocation({ positions, locations }: GraphQLError, text: string): Location | undefined {
  const lexer = new Lexer(new Source(text))
  const first = lexer.token
  try {
    while (lexer.advance().kind !== TokenKind.EOF);
  } catch {
    // What comes after a token that is none matters no more.
  }
  placeTokens(first, text)
  for (let token: Token | null = first; token; token = token.next) {
    if (token.start !== positions?.[0] || token === first) continue
    return { line: token.line, column: token.column }
  }
  return locations?.[0]
}

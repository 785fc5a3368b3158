import type { ASTNode } from 'graphql'
import { type Location, NO_PLACE } from '../errors/queryError.ts'

/** Where a node starts in the query text. */
export function nodeLocation(node: ASTNode): Location {
  const token = node.loc?.startToken
  return token ? { line: token.line, column: token.column } : NO_PLACE
}

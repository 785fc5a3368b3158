import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql'
import type { ApiSchema } from '../api/apiSchema.ts'
import { QueryError } from '../errors/queryError.ts'
import { checkComplexity } from './checkComplexity.ts'
import { checkFields } from './checkFields.ts'
import { coerceVariables } from './coerceVariables.ts'
import { expandQuery } from './expandQuery.ts'
import type { QueryLimits } from './queryLimits.ts'
import type { SelectionSet } from './selectionSet.ts'
import type { Value } from './value.ts'

/**
 * Checks a parsed query and makes it ready to run.
 *
 * @throws {QueryError | QueryErrors} worded as graph-node does. A document with several operations
 * is refused, whatever `operationName` says.
 */
export function prepareQuery(
  api: ApiSchema,
  document: DocumentNode,
  variables: ReadonlyMap<string, Value>,
  limits: QueryLimits,
): SelectionSet {
  const operation = onlyOperation(document)
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  }
  const coerced = coerceVariables(api, operation, variables)
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    throw new QueryError('Not supported: Subscriptions are not supported')
  }
  if (operation.operation === OperationTypeNode.MUTATION) {
    throw new QueryError('Not supported: Mutations are not supported')
  }
  checkComplexity(api, operation.selectionSet, fragments, limits)
  checkFields(api, operation.selectionSet, fragments)
  return expandQuery(api, operation.selectionSet, fragments, coerced)
}

function onlyOperation(document: DocumentNode): OperationDefinitionNode {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  if (operations.length !== 1) throw new QueryError('Operation name required')
  return operations[0]
}

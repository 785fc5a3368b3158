import {
  type GraphQLType,
  isInputType,
  isNonNullType,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type TypeNode,
  typeFromAST,
} from 'graphql'
import type { ApiSchema } from '../api/apiSchema.ts'
import { ErrorCollector, QueryError } from '../errors/queryError.ts'
import { coerceValue, invalidArgument, Misfit } from './coerceValue.ts'
import { literalValue } from './literalValue.ts'
import { nodeLocation } from './nodeLocation.ts'
import type { Value } from './value.ts'

/** The operation's variables, made to fit their declared types. Variables not declared are dropped. */
export function coerceVariables(
  api: ApiSchema,
  operation: OperationDefinitionNode,
  given: ReadonlyMap<string, Value>,
): Map<string, Value> {
  const coerced = new Map<string, Value>()
  const errors = new ErrorCollector()
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value
    const location = nodeLocation(definition)
    const type = declaredType(api, definition.type)
    if (!isInputType(type)) {
      errors.add(new QueryError(`Variable \`${name}\` must have an input type`, { location }))
      continue
    }
    const value =
      given.get(name) ??
      (definition.defaultValue && literalValue(definition.defaultValue, new Map()))
    if (value === undefined) {
      if (isNonNullType(type)) {
        errors.add(
          new QueryError(`No value provided for required variable \`${name}\``, { location }),
        )
      }
      continue
    }
    const fitted = coerceValue(value, type)
    if (fitted instanceof Misfit) {
      throw new QueryError(invalidArgument(name, fitted.value), { location })
    }
    coerced.set(name, fitted)
  }
  errors.throwIfAny()
  return coerced
}

/** `typeFromAST` has an overload per kind of node only. */
function declaredType(api: ApiSchema, node: TypeNode): GraphQLType | undefined {
  return typeFromAST(api.schema, node as NamedTypeNode)
}

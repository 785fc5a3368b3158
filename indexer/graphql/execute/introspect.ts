import {
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isNamedType,
  isSpecifiedScalarType,
} from 'graphql'
import type { ApiSchema } from '../api/apiSchema.ts'
import type { SelectedField, SelectionSet } from '../query/selectionSet.ts'
import type { AnswerValue } from '../sql/selectColumn.ts'
import { type Answer, answerObject } from './completeEntity.ts'

/**
 * Answers `__schema` and `__type` from the generated schema. The resolvers are graphql-js's own;
 * where graph-node answers otherwise, so does this.
 */
export function introspect(field: SelectedField, api: ApiSchema): Answer {
  return resolve(undefined, field, api)
}

function resolve(source: unknown, field: SelectedField, api: ApiSchema): Answer {
  const value = rawValue(source, field, api)
  return complete(value, field.definition.type, field.selections, api)
}

function rawValue(source: unknown, field: SelectedField, api: ApiSchema): unknown {
  const { name } = field
  if (isNamedType(source)) {
    if (name === 'description' && isSpecifiedScalarType(source)) {
      return source.name === 'Int' ? '4 bytes signed integer' : null
    }
    if (name === 'interfaces' && isInterfaceType(source)) return null
  }
  const args: Record<string, unknown> = {}
  for (const [key, value] of field.arguments) {
    if ('value' in value) args[key] = value.value
  }
  const info = { schema: api.introspected } as unknown as GraphQLResolveInfo
  const definition: GraphQLField<unknown, unknown> = field.definition
  const result = definition.resolve?.(source, args, undefined, info)
  if (name === 'types' && source === api.introspected) return ownTypes(api.introspected)
  return result
}

/** Sorted by name, and without the types that only describe types. */
function ownTypes(schema: GraphQLSchema): unknown[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function complete(
  value: unknown,
  type: GraphQLOutputType,
  selections: SelectionSet | null,
  api: ApiSchema,
): Answer {
  if (value === null || value === undefined) return null
  const nullable = getNullableType(type)
  if (isListType(nullable)) {
    return [...(value as Iterable<unknown>)].map((item) => {
      return complete(item, nullable.ofType, selections, api)
    })
  }
  if (isLeafType(nullable) || !selections) return value as AnswerValue
  const typeName = getNamedType(nullable).name
  const answer = answerObject()
  for (const field of selections.fields(typeName)) {
    answer[field.responseKey] = field.name === '__typename' ? typeName : resolve(value, field, api)
  }
  return answer
}

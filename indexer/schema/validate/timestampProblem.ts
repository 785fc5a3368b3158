import type { ObjectTypeDefinitionNode } from 'graphql'
import { baseType, fieldOf } from './schemaDocument.ts'

/** What is wrong with the `timestamp` of a timeseries or an aggregation. */
export function timestampProblem(node: ObjectTypeDefinitionNode): string | null {
  const name = node.name.value
  const field = fieldOf(node, 'timestamp')
  if (!field) return `Timeseries ${name} is missing a \`timestamp\` field`
  const type = baseType(field.type)
  if (type === 'Timestamp') return null
  return `Type ${name} has a \`timestamp\` field of type ${type}, but it must be of type Timestamp`
}

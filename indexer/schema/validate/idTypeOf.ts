import type { IdType } from '../entityModel.ts'
import { baseType, type FieldedNode, fieldOf } from './schemaDocument.ts'

/** The type of a type's `id`, or what is wrong with it. */
export function idTypeOf(node: FieldedNode): IdType | { readonly problem: string } {
  const id = fieldOf(node, 'id')
  if (!id) return { problem: `Type ${node.name.value} does not have an \`id\` field` }
  const name = baseType(id.type)
  if (name === 'ID' || name === 'String') return 'String'
  if (name === 'Bytes' || name === 'Int8') return name
  return { problem: `Entity type ${node.name.value} uses illegal type ${name} for id column` }
}

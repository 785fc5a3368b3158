import { Kind, type ValueNode } from 'graphql'
import { NULL, objectValue, type Value } from './value.ts'

/**
 * A literal of the query as a value. Variables that were not given, or not even declared, count
 * as null.
 */
export function literalValue(node: ValueNode, variables: ReadonlyMap<string, Value>): Value {
  switch (node.kind) {
    case Kind.VARIABLE:
      return variables.get(node.name.value) ?? NULL
    case Kind.INT:
      return { kind: 'int', value: BigInt(node.value) }
    case Kind.FLOAT:
      return { kind: 'float', value: Number(node.value) }
    case Kind.STRING:
      return { kind: 'string', value: node.value }
    case Kind.BOOLEAN:
      return { kind: 'boolean', value: node.value }
    case Kind.NULL:
      return NULL
    case Kind.ENUM:
      return { kind: 'enum', value: node.value }
    case Kind.LIST:
      return { kind: 'list', items: node.values.map((item) => literalValue(item, variables)) }
    case Kind.OBJECT:
      return objectValue(
        node.fields.map((field) => [field.name.value, literalValue(field.value, variables)]),
      )
  }
}

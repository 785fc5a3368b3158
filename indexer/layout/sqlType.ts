import type { EntityModel, IdType, ScalarName, ValueType } from '../schema/entityModel.ts'
import { quoteIdentifier } from './quoteIdentifier.ts'

const SCALAR_TYPES: Readonly<Record<ScalarName, string>> = {
  Boolean: 'boolean',
  Int: 'int4',
  Int8: 'int8',
  BigInt: 'numeric',
  BigDecimal: 'numeric',
  String: 'text',
  Bytes: 'bytea',
  Timestamp: 'timestamptz',
}

const ID_TYPES: Readonly<Record<IdType, string>> = { String: 'text', Bytes: 'bytea', Int8: 'int8' }

/**
 * The Postgres type of a stored value: graph-node's choice. References have the type of their
 * target's id, enums are types of the namespace, lists are arrays.
 */
export function sqlType(type: ValueType, model: EntityModel, namespace: string): string {
  switch (type.kind) {
    case 'scalar':
      return SCALAR_TYPES[type.name]
    case 'reference':
      return ID_TYPES[type.idType]
    case 'list':
      return `${sqlType(type.element, model, namespace)}[]`
    case 'enum': {
      const found = model.enums.find((known) => known.name === type.name)
      if (!found) throw new Error(`the model has no enum \`${type.name}\``)
      return `${quoteIdentifier(namespace)}.${quoteIdentifier(found.sqlName)}`
    }
  }
}

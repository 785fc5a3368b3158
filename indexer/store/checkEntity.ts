import { TransientError } from '../errors/hostErrors.ts'
import type { EntityType, Field, ValueType } from '../schema/entityModel.ts'
import { BigDecimal } from '../values/bigDecimal.ts'
import { bytesToHex } from '../values/hex.ts'
import { type EntityData, Int8, type StoreValue, Timestamp } from '../values/storeValue.ts'

/**
 * What is wrong with an entity by its schema, in graph-node's words, or null. A field that holds
 * null counts as missing.
 */
export function checkEntity(type: EntityType, id: string, data: EntityData): string | null {
  const name = `Entity ${type.name}[${id}]`
  for (const field of type.fields) {
    const value = data.get(field.name)
    if (field.derivedFrom !== null) {
      if (value !== undefined)
        return `${name}: field \`${field.name}\` is derived and cannot be set`
      continue
    }
    if (value === undefined || value === null) {
      if (field.nullable) continue
      return `${name}: missing value for non-nullable field \`${field.name}\``
    }
    if (!isOfType(field.type, value)) {
      return (
        `${name}: the value \`${show(value)}\` for field \`${field.name}\` must have type ` +
        `${typeName(field)} but has type ${valueTypeName(value)}`
      )
    }
  }
  return null
}

/** @throws TransientError, as graph-node tells this failure apart from deterministic ones. */
export function requireValid(type: EntityType, id: string, data: EntityData): void {
  const problem = checkEntity(type, id, data)
  if (problem !== null) throw new TransientError(problem)
}

function isOfType(type: ValueType, value: StoreValue): boolean {
  switch (type.kind) {
    case 'list':
      return (
        Array.isArray(value) &&
        value.every((element) => element === null || isOfType(type.element, element))
      )
    case 'enum':
      // Its values are looked at when the block is written: see checkEnumValues.
      return typeof value === 'string'
    case 'reference':
      return valueTypeName(value) === type.idType
    case 'scalar':
      return valueTypeName(value) === type.name
  }
}

function typeName(field: Field): string {
  return field.graphqlType
}

function valueTypeName(value: StoreValue): string {
  if (value === null) return 'Null'
  switch (typeof value) {
    case 'string':
      return 'String'
    case 'number':
      return 'Int'
    case 'boolean':
      return 'Boolean'
    case 'bigint':
      return 'BigInt'
  }
  if (value instanceof Uint8Array) return 'Bytes'
  if (value instanceof BigDecimal) return 'BigDecimal'
  if (value instanceof Int8) return 'Int8'
  if (value instanceof Timestamp) return 'Timestamp'
  return `[${value.length === 0 ? 'Any' : valueTypeName(value[0])}]`
}

function show(value: StoreValue): string {
  if (value instanceof Uint8Array) return bytesToHex(value)
  if (value instanceof Int8) return value.value.toString()
  if (value instanceof Timestamp) return value.micros.toString()
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  return String(value)
}

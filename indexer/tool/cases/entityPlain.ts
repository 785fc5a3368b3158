import type { EntityModel, EntityType, Field, ValueType } from '../../schema/entityModel.ts'
import { idText } from '../../store/entityKey.ts'
import { BigDecimal } from '../../values/bigDecimal.ts'
import { bytesToHex } from '../../values/hex.ts'
import { type EntityData, Int8, type StoreValue, Timestamp } from '../../values/storeValue.ts'
import { boolOf, bytesOf } from './abiPlain.ts'
import { asBigInt, asList, asText, CaseError, type Plain, type PlainMap } from './plain.ts'

/** @throws CaseError that names the types that there are. */
export function entityType(model: EntityModel, name: string, place: string): EntityType {
  const type = model.entities.find((one) => one.name === name)
  if (type !== undefined) return type
  const names = model.entities.map((one) => one.name).join(', ')
  throw new CaseError(place, `the schema has no entity type \`${name}\`, but ${names}`)
}

/** @throws CaseError that names the fields that there are. */
export function entityField(type: EntityType, name: string, place: string): Field {
  const field = type.fields.find((one) => one.name === name)
  if (field !== undefined) return field
  const names = type.fields.map((one) => one.name).join(', ')
  throw new CaseError(place, `\`${type.name}\` has no field \`${name}\`, but ${names}`)
}

/**
 * A whole entity as a test file gives it. Fields that must not be null and are left out get their
 * type's zero, so that a test names what matters to it.
 */
export function readEntity(
  model: EntityModel,
  type: EntityType,
  given: PlainMap,
  place: string,
): EntityData {
  const data = new Map<string, StoreValue>()
  for (const [name, value] of Object.entries(given)) {
    const field = entityField(type, name, place)
    if (field.derivedFrom !== null) {
      throw new CaseError(`${place}.${name}`, 'a derived field holds nothing and cannot be given')
    }
    if (value !== null) data.set(name, readValue(model, field.type, value, `${place}.${name}`))
  }
  if (!data.has('id')) throw new CaseError(place, 'the id is missing')
  for (const field of type.fields) {
    if (data.has(field.name) || field.nullable || field.derivedFrom !== null) continue
    data.set(field.name, zero(model, field.type))
  }
  return data
}

/** A field's value as test files write it: always by its type in the schema. */
export function readValue(
  model: EntityModel,
  type: ValueType,
  value: Plain,
  place: string,
): StoreValue {
  switch (type.kind) {
    case 'list':
      return asList(value, place).map((element, at) =>
        element === null ? null : readValue(model, type.element, element, `${place}[${at}]`),
      )
    case 'enum': {
      const values = model.enums.find((one) => one.name === type.name)?.values ?? []
      const text = asText(value, place)
      if (values.includes(text)) return text
      throw new CaseError(place, `\`${text}\` is no ${type.name}: ${values.join(', ')}`)
    }
    case 'reference':
      return readScalar(type.idType, value, place)
    case 'scalar':
      return readScalar(type.name, value, place)
  }
}

function readScalar(name: string, value: Plain, place: string): StoreValue {
  switch (name) {
    case 'Boolean':
      return boolOf(value, place)
    case 'Int':
      return Number(asBigInt(value, place))
    case 'Int8':
      return new Int8(asBigInt(value, place))
    case 'BigInt':
      return asBigInt(value, place)
    case 'Bytes':
      return bytesOf(value, null, place)
    case 'Timestamp':
      return new Timestamp(asBigInt(value, place))
    case 'BigDecimal': {
      const decimal = BigDecimal.parse(asText(value, place))
      if (decimal === null) throw new CaseError(place, `expected a decimal number, not ${value}`)
      return decimal
    }
    default:
      return asText(value, place)
  }
}

function zero(model: EntityModel, type: ValueType): StoreValue {
  if (type.kind === 'list') return []
  if (type.kind === 'enum') {
    return model.enums.find((one) => one.name === type.name)?.values[0] ?? ''
  }
  switch (type.kind === 'reference' ? type.idType : type.name) {
    case 'Boolean':
      return false
    case 'Int':
      return 0
    case 'Int8':
      return new Int8(0n)
    case 'BigInt':
      return 0n
    case 'Bytes':
      return new Uint8Array()
    case 'Timestamp':
      return new Timestamp(0n)
    case 'BigDecimal':
      return new BigDecimal(0n, 0)
    default:
      return ''
  }
}

/** A field's value in the form in which test files write it. */
export function showValue(value: StoreValue | undefined): string {
  if (value === undefined || value === null) return 'null'
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Uint8Array) return bytesToHex(value)
  if (value instanceof Int8 || typeof value !== 'object') return idText(value)
  if (value instanceof Timestamp) return value.micros.toString()
  if (Array.isArray(value)) return `[${value.map(showValue).join(', ')}]`
  return String(value)
}

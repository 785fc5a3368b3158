import {
  type GraphQLArgument,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql'
import { NO_PLACE, QueryError } from '../errors/queryError.ts'
import { debugValue } from './debugValue.ts'
import { jsonValue } from './jsonValue.ts'
import { literalValue } from './literalValue.ts'
import { isI64, NULL, objectValue, type Value } from './value.ts'

/** A value that does not fit its type; holds the part that the message is to show. */
export class Misfit {
  readonly value: Value

  constructor(value: Value) {
    this.value = value
  }
}

/**
 * Makes a value fit an input type. A single value is never taken for a list of one. Where an input
 * object has a bad field, the misfit is the whole object.
 */
export function coerceValue(value: Value, type: GraphQLInputType): Value | Misfit {
  if (isNonNullType(type)) {
    return value.kind === 'null' ? new Misfit(value) : coerceValue(value, type.ofType)
  }
  if (value.kind === 'null') return NULL
  if (isListType(type)) {
    if (value.kind !== 'list') return new Misfit(value)
    const items: Value[] = []
    for (const item of value.items) {
      const coerced = coerceValue(item, type.ofType)
      if (coerced instanceof Misfit) return coerced
      items.push(coerced)
    }
    return { kind: 'list', items }
  }
  if (isEnumType(type)) {
    const isName = value.kind === 'enum' || value.kind === 'string'
    if (isName && type.getValue(value.value)) return { kind: 'enum', value: value.value }
    return new Misfit(value)
  }
  if (isInputObjectType(type)) {
    if (value.kind !== 'object') return new Misfit(value)
    const fields: [string, Value][] = []
    const definitions = type.getFields()
    for (const [name, field] of value.fields) {
      const definition = definitions[name]
      const coerced = definition ? coerceValue(field, definition.type) : new Misfit(field)
      if (coerced instanceof Misfit) return new Misfit(value)
      fields.push([name, coerced])
    }
    return objectValue(fields)
  }
  if (isScalarType(type)) return coerceScalar(value, type.name)
  return new Misfit(value)
}

/**
 * Makes an argument fit its definition.
 *
 * @returns undefined where nothing was given and nothing is needed.
 */
export function coerceArgument(
  value: Value | undefined,
  definition: GraphQLArgument,
): Value | undefined {
  const given = value ?? defaultOf(definition)
  if (given === undefined) {
    if (!isNonNullType(definition.type)) return undefined
    throw new QueryError(`No value provided for required argument: \`${definition.name}\``, {
      location: NO_PLACE,
    })
  }
  const coerced = coerceValue(given, definition.type)
  if (coerced instanceof Misfit) {
    throw new QueryError(invalidArgument(definition.name, coerced.value), { location: NO_PLACE })
  }
  return coerced
}

export function invalidArgument(name: string, value: Value): string {
  return `Invalid value provided for argument \`${name}\`: ${debugValue(value)}`
}

function defaultOf(definition: GraphQLArgument): Value | undefined {
  const node = definition.astNode?.defaultValue
  if (node) return literalValue(node, new Map())
  // Introspection fields are not made from a text; their defaults are plain values.
  return definition.defaultValue === undefined ? undefined : jsonValue(definition.defaultValue)
}

const I32_MIN = -(2n ** 31n)
const I32_MAX = 2n ** 31n - 1n

function coerceScalar(value: Value, scalar: string): Value | Misfit {
  switch (`${scalar} ${value.kind}`) {
    case 'Boolean boolean':
    case 'BigDecimal string':
    case 'BigInt string':
    case 'Bytes string':
    case 'ID string':
    case 'Int8 string':
    case 'String string':
    case 'Timestamp timestamp':
      return value
  }
  if (value.kind === 'int') {
    if (scalar === 'Int' && value.value >= I32_MIN && value.value <= I32_MAX) return value
    if (['BigDecimal', 'BigInt', 'ID', 'Int8'].includes(scalar)) {
      return { kind: 'string', value: String(value.value) }
    }
  }
  if (value.kind === 'float' && scalar === 'BigDecimal') {
    return { kind: 'string', value: plainNumber(value.value) }
  }
  if (value.kind === 'string' && scalar === 'Timestamp' && /^[+-]?\d+$/.test(value.value)) {
    const micros = BigInt(value.value.replace('+', ''))
    if (isI64(micros)) return { kind: 'timestamp', value: micros }
  }
  return new Misfit(value)
}

/** Decimal digits without an exponent. */
function plainNumber(value: number): string {
  const text = String(value)
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (!match) return text
  const [, sign, whole, fraction = '', exponentText] = match
  const exponent = Number(exponentText)
  const digits = whole + fraction
  const point = whole.length + exponent
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length)
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

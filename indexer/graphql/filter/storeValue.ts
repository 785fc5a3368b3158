import { BigDecimal } from '../../values/bigDecimal.ts'
import { decimalProblem } from '../../values/parseProblems.ts'
import { QueryError } from '../errors/queryError.ts'
import { isI64, printValue, type Value } from '../query/value.ts'

/** A filter's value in the form that its field's type asks for. */
export type StoreValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** 32 or 64 bits, decimal. */
  | { readonly kind: 'int' | 'int8'; readonly value: string }
  /** Decimal digits. */
  | { readonly kind: 'bigInt' | 'bigDecimal'; readonly value: string }
  /** Hex digits without `0x`. */
  | { readonly kind: 'bytes'; readonly value: string }
  /** Microseconds since 1970. */
  | { readonly kind: 'timestamp'; readonly value: bigint }
  | { readonly kind: 'list'; readonly items: readonly StoreValue[] }

/**
 * Reads a coerced argument as a value of a field.
 *
 * @param typeName base type of the field as the schema spells it, such as `BigInt` or `Account`.
 */
export function storeValue(value: Value, typeName: string): StoreValue {
  switch (value.kind) {
    case 'null':
      return { kind: 'null' }
    case 'list':
      return { kind: 'list', items: value.items.map((item) => storeValue(item, typeName)) }
    case 'enum':
      return { kind: 'string', value: value.value }
    case 'string':
      return stringValue(value.value, typeName)
    case 'int':
      return { kind: 'int', value: String(BigInt.asIntN(32, value.value)) }
    case 'boolean':
      return { kind: 'boolean', value: value.value }
    case 'timestamp':
      return { kind: 'timestamp', value: value.value }
    default:
      throw new QueryError(
        `Query contains value with invalid type \`${typeName}\`: \`${printValue(value)}\``,
      )
  }
}

function stringValue(text: string, typeName: string): StoreValue {
  switch (typeName) {
    case 'Bytes':
      return { kind: 'bytes', value: parseHex(text, (why) => cannotDecode('Bytes', why)) }
    case 'BigInt':
      return { kind: 'bigInt', value: parseBigInt(text) }
    case 'BigDecimal':
      return { kind: 'bigDecimal', value: parseBigDecimal(text) }
    case 'Int8':
      if (!isInt64(text)) throw cannotDecode('Int8', text)
      return { kind: 'int8', value: String(BigInt(text.replace('+', ''))) }
    default:
      return { kind: 'string', value: text }
  }
}

/** A filter's value as error messages spell it. */
export function printStoreValue(value: StoreValue): string {
  switch (value.kind) {
    case 'null':
      return 'null'
    case 'bytes':
      return `0x${value.value}`
    case 'list':
      return `[${value.items.map(printStoreValue).join(', ')}]`
    default:
      return String(value.value)
  }
}

export function cannotDecode(what: string, why: string): QueryError {
  return new QueryError(`Failed to decode \`${what}\` value: \`${why}\``)
}

/** Hex digits of a byte string, with or without `0x`, in lower case. */
export function parseHex(text: string, refuse: (why: string) => Error): string {
  const digits = text.replace(/^(0x)+/, '')
  if (Buffer.byteLength(digits) % 2 === 1) throw refuse('Odd number of digits')
  const bad = /[^0-9a-fA-F]/u.exec(digits)
  if (bad) throw refuse(`Invalid character '${bad[0]}' at position ${bad.index}`)
  return digits.toLowerCase()
}

export function isInt64(text: string): boolean {
  return /^[+-]?\d+$/.test(text) && isI64(BigInt(text.replace('+', '')))
}

function parseBigInt(text: string): string {
  const digits = text.replace(/^[+-]/, '')
  if (digits === '') throw cannotDecode('BigInt', 'cannot parse integer from empty string')
  if (!/^\d[\d_]*$/.test(digits)) throw cannotDecode('BigInt', 'invalid digit found in string')
  const value = BigInt(digits.replaceAll('_', ''))
  return String(text.startsWith('-') ? -value : value)
}

/** In plain digits, cut to as many as graph-node's numbers have. */
function parseBigDecimal(text: string): string {
  const value = BigDecimal.parse(text)
  if (value === null) throw cannotDecode('BigDecimal', decimalProblem(text))
  // Postgres holds no more than this many digits on either side of the point.
  if (!(Math.abs(value.exponent) <= 16383)) {
    throw cannotDecode('BigDecimal', 'the exponent is out of range')
  }
  return String(value)
}

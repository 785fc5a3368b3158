import type { ValueType } from '../schema/entityModel.ts'
import { BigDecimal } from '../values/bigDecimal.ts'
import { bytesToHex } from '../values/hex.ts'
import { Int8, type StoreValue, Timestamp } from '../values/storeValue.ts'

/** A value as Postgres reads it from text; null stays null. */
export function toSqlText(value: StoreValue): string | null {
  if (value === null) return null
  if (typeof value !== 'object') return String(value)
  if (value instanceof Uint8Array) return `\\x${bytesToHex(value).slice(2)}`
  if (value instanceof BigDecimal) return value.toString()
  if (value instanceof Int8) return value.value.toString()
  if (value instanceof Timestamp) return timestampText(value.micros)
  return toSqlArray(value.map(toSqlText))
}

/** An array as Postgres reads it from text. */
export function toSqlArray(elements: readonly (string | null)[]): string {
  const quoted = elements.map((element) =>
    element === null ? 'NULL' : `"${element.replaceAll(/["\\]/g, '\\$&')}"`,
  )
  return `{${quoted.join(',')}}`
}

/** Selects a column in the form that {@link fromSql} reads. */
export function selectColumn(type: ValueType, column: string): string {
  if (type.kind === 'list') {
    const element = type.element
    const texts = isTimestamp(element)
      ? `array(select ${micros('one')} from unnest(${column}) with ordinality as u(one, n) order by n)`
      : `${column}::text[]`
    return `case when ${column} is null then null else to_json(${texts}) end`
  }
  return isTimestamp(type) ? micros(column) : `${column}::text`
}

/** Reads a column that {@link selectColumn} selected. */
export function fromSql(type: ValueType, value: unknown): StoreValue {
  if (value === null) return null
  if (type.kind === 'list') {
    return (value as unknown[]).map((element) => fromSql(type.element, element))
  }
  const text = value as string
  const name =
    type.kind === 'scalar' ? type.name : type.kind === 'reference' ? type.idType : 'String'
  switch (name) {
    case 'String':
      return text
    case 'Int':
      return Number(text)
    case 'Boolean':
      return text === 'true' || text === 't'
    case 'Bytes':
      return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
    case 'BigInt':
      return BigInt(text)
    case 'BigDecimal':
      return BigDecimal.parse(text)
    case 'Int8':
      return new Int8(BigInt(text))
    case 'Timestamp':
      return new Timestamp(BigInt(text))
  }
}

function isTimestamp(type: ValueType): boolean {
  return type.kind === 'scalar' && type.name === 'Timestamp'
}

function micros(expression: string): string {
  return `(extract(epoch from ${expression}) * 1000000)::bigint::text`
}

function timestampText(micros: bigint): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n
  const millis = (micros - rest) / 1000n
  return new Date(Number(millis)).toISOString().replace('Z', `${String(rest).padStart(3, '0')}Z`)
}

import { sqlType } from '../../layout/sqlType.ts'
import type { Field, ValueType } from '../../schema/entityModel.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { QueryError } from '../errors/queryError.ts'
import { isInt64, parseHex, printStoreValue, type StoreValue } from '../filter/storeValue.ts'
import type { SqlWriter } from './sqlWriter.ts'

/** A filter's value as a parameter that can be compared with a column. Not for null. */
export function bindValue(
  value: StoreValue,
  field: Field,
  catalog: Catalog,
  writer: SqlWriter,
): string {
  const type = field.type.kind === 'list' ? field.type.element : field.type
  const sql = sqlType(type, catalog.model, catalog.namespace)
  if (value.kind === 'list') {
    return writer.parameter(
      value.items.map((item) => (item.kind === 'null' ? null : parameterText(item, type))),
      `${sql}[]`,
    )
  }
  return writer.parameter(parameterText(value, type), sql)
}

/** The text that Postgres reads as the column's type. */
export function parameterText(value: StoreValue, type: ValueType): string {
  switch (value.kind) {
    case 'bytes':
      return `\\x${value.value}`
    case 'timestamp':
      return timestampText(value.value)
    case 'string':
      return stringText(value.value, type)
    default:
      return printStoreValue(value)
  }
}

/** Ids and references are strings in queries, whatever type they have in the store. */
function stringText(text: string, type: ValueType): string {
  const stored = type.kind === 'reference' ? type.idType : type.name
  if (stored === 'Bytes') return `\\x${parseHex(text, storeError)}`
  if (stored === 'Int8') {
    if (isInt64(text)) return text
    throw storeError(`failed to convert \`${text}\` to an Int8: invalid digit found in string`)
  }
  if (text.includes('\0')) throw storeError('a string in the query holds the character U+0000')
  return text
}

export function storeError(why: string): QueryError {
  return new QueryError(`Store error: store error: ${why}`, { attestable: false })
}

const MICROS_PER_MILLI = 1000n

/** Microseconds since 1970 as a timestamp with time zone. */
function timestampText(micros: bigint): string {
  let millis = micros / MICROS_PER_MILLI
  let rest = micros % MICROS_PER_MILLI
  if (rest < 0n) {
    rest += MICROS_PER_MILLI
    millis -= 1n
  }
  const date = new Date(Number(millis))
  if (Number.isNaN(date.getTime())) throw storeError(`the time ${micros} is out of range`)
  const text = date.toISOString().slice(0, -1)
  return `${text}${String(rest).padStart(3, '0')}+00`
}

import { sqlType } from '../../layout/sqlType.ts'
import type { Field, ValueType } from '../../schema/entityModel.ts'
import { integerProblem } from '../../values/parseProblems.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { QueryError } from '../errors/queryError.ts'
import { isInt64, parseHex, printStoreValue, type StoreValue } from '../filter/storeValue.ts'
import type { SqlWriter } from './sqlWriter.ts'

/** A filter's value, or list of values, as a parameter to compare a column with. Not for null. */
export function bindValue(
  value: StoreValue,
  field: Field,
  catalog: Catalog,
  writer: SqlWriter,
): string {
  const { type, sql } = boundType(field, catalog)
  if (value.kind !== 'list') return writer.parameter(parameterText(value, type, valueError), sql)
  const items: (string | null)[] = []
  try {
    for (const item of value.items) {
      items.push(item.kind === 'null' ? null : parameterText(item, type, storeFailure))
    }
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    // Elements of a list are looked at last, on their way to the database.
    writer.refuse('values', error)
  }
  return writer.parameter(items, `${sql}[]`)
}

/** The values of an `in` as one parameter; each is looked at by itself. None may be null. */
export function bindValues(
  values: readonly StoreValue[],
  field: Field,
  catalog: Catalog,
  writer: SqlWriter,
): string {
  const { type, sql } = boundType(field, catalog)
  return writer.parameter(
    values.map((value) => parameterText(value, type, valueError)),
    `${sql}[]`,
  )
}

function boundType(field: Field, catalog: Catalog): { type: ValueType; sql: string } {
  const type = field.type.kind === 'list' ? field.type.element : field.type
  return { type, sql: sqlType(type, catalog.model, catalog.namespace) }
}

/** The text that Postgres reads as the column's type. */
function parameterText(value: StoreValue, type: ValueType, refuse: (why: string) => Error): string {
  switch (value.kind) {
    case 'bytes':
      return `\\x${value.value}`
    case 'timestamp':
      return timestampText(value.value, refuse)
    case 'string':
      return stringText(value.value, type, refuse)
    default:
      return printStoreValue(value)
  }
}

/** Ids and references are strings in queries, whatever type they have in the store. */
function stringText(text: string, type: ValueType, refuse: (why: string) => Error): string {
  const stored = type.kind === 'reference' ? type.idType : type.name
  if (stored === 'Bytes') return `\\x${parseHex(text, refuse)}`
  if (stored === 'Int8') {
    if (isInt64(text)) return text
    throw refuse(`failed to convert \`${text}\` to an Int8: ${integerProblem(text)}`)
  }
  if (text.includes('\0')) throw refuse('a string in the query holds the character U+0000')
  return text
}

/** What a value of a filter, that its column cannot hold, is refused with. */
export function valueError(why: string): QueryError {
  return new QueryError(`Store error: store error: ${why}`, { attestable: false })
}

/** What the store, or the writing of a statement for it, failed with. */
export function storeFailure(why: string): QueryError {
  return new QueryError(`Failed to get entities from store: ${why}`, { attestable: false })
}

const MICROS_PER_MILLI = 1000n

/** Microseconds since 1970 as a timestamp with time zone. */
function timestampText(micros: bigint, refuse: (why: string) => Error): string {
  let millis = micros / MICROS_PER_MILLI
  let rest = micros % MICROS_PER_MILLI
  if (rest < 0n) {
    rest += MICROS_PER_MILLI
    millis -= 1n
  }
  const date = new Date(Number(millis))
  if (Number.isNaN(date.getTime())) throw refuse(`the time ${micros} is out of range`)
  const text = date.toISOString().slice(0, -1)
  return `${text}${String(rest).padStart(3, '0')}+00`
}

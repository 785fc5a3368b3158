import type { Field, ValueType } from '../../schema/entityModel.ts'
import { columnOf } from './compileFilter.ts'
import { normalizeDecimal } from './normalizeDecimal.ts'

/** A field's value in an answer. */
export type AnswerValue = string | number | boolean | null | readonly AnswerValue[]

/**
 * SQL that reads a column as text. All columns are read as text, so that no number passes through
 * a float and no driver guesses at types.
 */
export function selectColumn(field: Field, alias: string): string {
  const column = columnOf(field, alias)
  if (field.type.kind !== 'list') return scalarText(field.type, column)
  const stored = storedName(field.type.element)
  if (stored === 'Bytes' || stored === 'Timestamp') {
    const element = scalarText(field.type.element, 'e.v')
    const array = `array(select ${element} from unnest(${column}) with ordinality as e(v, n) order by e.n)`
    return `case when ${column} is not null then to_json(${array})::text end`
  }
  const isNumeric = ['BigInt', 'BigDecimal', 'Int8'].includes(stored)
  return `to_json(${column}${isNumeric ? '::text[]' : ''})::text`
}

/** Turns the text that {@link selectColumn} reads into the value that an answer shows. */
export function decodeColumn(field: Field, text: string | null): AnswerValue {
  if (text === null) return null
  if (field.type.kind !== 'list') return decodeScalar(field.type, text)
  const items = JSON.parse(text) as AnswerValue[]
  return storedName(field.type.element) === 'BigDecimal'
    ? items.map((item) => (typeof item === 'string' ? normalizeDecimal(item) : item))
    : items
}

function storedName(type: ValueType): string {
  return type.kind === 'reference' ? type.idType : type.name
}

function scalarText(type: ValueType, column: string): string {
  switch (storedName(type)) {
    case 'Bytes':
      return `'0x' || encode(${column}, 'hex')`
    case 'Timestamp':
      return `(extract(epoch from ${column}) * 1000000)::int8::text`
    default:
      return `${column}::text`
  }
}

function decodeScalar(type: ValueType, text: string): AnswerValue {
  switch (storedName(type)) {
    case 'Boolean':
      return text === 'true'
    case 'Int':
      return Number(text)
    case 'BigDecimal':
      return normalizeDecimal(text)
    default:
      return text
  }
}

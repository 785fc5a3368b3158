import { BYTES_PREFIX_LENGTH, STRING_PREFIX_LENGTH } from '../../layout/attributeIndexes.ts'
import { quoteIdentifier } from '../../layout/quoteIdentifier.ts'
import type { Field } from '../../schema/entityModel.ts'
import type { Catalog, QueryTable } from '../catalog/catalog.ts'
import { QueryError } from '../errors/queryError.ts'
import {
  type ChildFilter,
  type CompareFilter,
  type Comparison,
  type EntityFilter,
  type InFilter,
  type PatternFilter,
  printFilter,
} from '../filter/entityFilter.ts'
import { printStoreValue, type StoreValue } from '../filter/storeValue.ts'
import { atBlock } from './atBlock.ts'
import { bindValue, bindValues, storeFailure, valueError } from './bindValue.ts'
import type { ReadPoint } from './readPoint.ts'
import type { SqlWriter } from './sqlWriter.ts'

/** What the compilation of a filter needs beside the filter. */
export interface FilterContext {
  readonly catalog: Catalog
  readonly at: ReadPoint
  readonly writer: SqlWriter
}

/**
 * Compiles a filter into an SQL condition. What graph-node refuses when it fits a filter to a table
 * is thrown at once; what it finds only when it writes the SQL is left with the writer.
 *
 * @param alias name under which the table stands in the query.
 * @param nested whether this is inside a child filter already, where no further one may be.
 */
export function compileFilter(
  filter: EntityFilter,
  table: QueryTable,
  alias: string,
  context: FilterContext,
  nested = false,
): string {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      if (filter.filters.length === 0) return String(filter.kind === 'and')
      const parts = filter.filters.map((f) => compileFilter(f, table, alias, context, nested))
      return `(${parts.join(` ${filter.kind} `)})`
    }
    case 'compare':
      return compare(filter, storedField(table, filter.field), alias, context)
    case 'in':
      return inList(filter, storedField(table, filter.field), alias, context)
    case 'contains':
      return contains(filter, storedField(table, filter.field), alias, context)
    case 'startsWith':
    case 'endsWith':
      return affix(filter, storedField(table, filter.field), alias, context)
    case 'changedSince': {
      const block = context.writer.parameter(filter.block, 'int4')
      return table.immutable
        ? `${alias}.block$ >= ${block}`
        : `lower(${alias}.block_range) >= ${block}`
    }
    case 'child':
      return child(filter, table, alias, context, nested)
    case 'fulltext': {
      const search = table.fulltext.get(filter.search)
      if (!search) throw unknownField(table, filter.search)
      const text = context.writer.parameter(filter.text, 'text')
      return `${columnOf(search, alias)} @@ to_tsquery(${text})`
    }
  }
}

export function storedField(table: QueryTable, name: string): Field {
  const field = table.fields.get(name)
  if (!field) throw unknownField(table, name)
  return field
}

function unknownField(table: QueryTable, name: string): QueryError {
  return new QueryError(`Store error: table '${table.typeName}' does not have a field '${name}'`, {
    attestable: false,
  })
}

export function columnOf(field: { readonly column: string }, alias: string): string {
  return `${alias}.${quoteIdentifier(field.column)}`
}

function unsupported(filter: string, value: StoreValue): QueryError {
  return new QueryError(`Store error: ${unsupportedFilter(filter, value)}`, { attestable: false })
}

function unsupportedFilter(filter: string, value: StoreValue): string {
  return `unsupported filter \`${filter}\` for value \`${printStoreValue(value)}\``
}

function compare(
  filter: CompareFilter,
  field: Field,
  alias: string,
  { catalog, writer }: FilterContext,
): string {
  const { comparison, value } = filter
  const isEquality = comparison === '=' || comparison === '!='
  if (!isEquality && ['boolean', 'list', 'null'].includes(value.kind)) {
    throw unsupported(comparison, value)
  }
  const column = columnOf(field, alias)
  if (value.kind === 'null') return `${column} is ${comparison === '=' ? '' : 'not '}null`
  const operand = bindValue(value, field, catalog, writer)
  const prefix = prefixOf(field)
  if (!prefix || value.kind === 'list') return `${column} ${comparison} ${operand}`
  return comparePrefix(comparison, column, operand, prefix, isLarge(value, prefix))
}

/** How the index on the first part of a long value spells that part. */
interface Prefix {
  readonly of: (expression: string) => string
  readonly length: number
}

const STRING_PREFIX: Prefix = {
  of: (expression) => `left(${expression}, ${STRING_PREFIX_LENGTH})`,
  length: STRING_PREFIX_LENGTH,
}

const BYTES_PREFIX: Prefix = {
  of: (expression) => `substring(${expression}, 1, ${BYTES_PREFIX_LENGTH})`,
  length: BYTES_PREFIX_LENGTH,
}

function prefixOf(field: Field): Prefix | null {
  if (field.type.kind !== 'scalar' || field.name === 'id') return null
  if (field.type.name === 'String') return STRING_PREFIX
  return field.type.name === 'Bytes' ? BYTES_PREFIX : null
}

function isLarge(value: StoreValue, prefix: Prefix): boolean {
  if (value.kind === 'bytes') return value.value.length / 2 >= prefix.length
  return value.kind === 'string' && Buffer.byteLength(value.value) >= prefix.length
}

/**
 * Writes a comparison so that the index on the first part of the column can serve it. A value
 * shorter than that part is decided by the part alone; for a longer one the part comes first, and
 * the whole decides where the parts are equal.
 */
function comparePrefix(
  comparison: Comparison,
  column: string,
  operand: string,
  prefix: Prefix,
  large: boolean,
): string {
  const part = prefix.of(column)
  if (!large) return `${part} ${comparison} ${prefix.of(operand)}`
  const whole = `${column} ${comparison} ${operand}`
  if (comparison === '!=') return whole
  const equalPart = `${part} = ${prefix.of(operand)}`
  if (comparison === '=') return `(${equalPart} and ${whole})`
  const strict = comparison === '<' || comparison === '<=' ? '<' : '>'
  return `(${part} ${strict} ${prefix.of(operand)} or (${equalPart} and ${whole}))`
}

function inList(
  filter: InFilter,
  field: Field,
  alias: string,
  { catalog, writer }: FilterContext,
): string {
  const { negated, values } = filter
  // Nothing is in, and nothing is kept out of, an empty list.
  if (values.length === 0) return 'false'
  const column = columnOf(field, alias)
  const present = values.filter((value) => value.kind !== 'null')
  const conditions: string[] = []
  if (present.length < values.length) conditions.push(`${column} is ${negated ? 'not ' : ''}null`)
  if (present.length > 0) {
    const prefix = prefixOf(field)
    const useprefix = prefix && present.every((value) => !isLarge(value, prefix))
    const operand = bindValues(present, field, catalog, writer)
    const left = useprefix ? prefix.of(column) : column
    conditions.push(negated ? `${left} <> all(${operand})` : `${left} = any(${operand})`)
  }
  return conditions.length > 1 ? `(${conditions.join(' or ')})` : conditions[0]
}

function contains(
  filter: PatternFilter,
  field: Field,
  alias: string,
  { catalog, writer }: FilterContext,
): string {
  const { negated, noCase, value } = filter
  const element = field.type.kind === 'list' ? field.type.element : field.type
  const stored = element.kind === 'reference' ? element.idType : element.name
  if (noCase && stored !== 'String') {
    throw unsupported(negated ? 'not_contains_nocase' : 'contains_nocase', value)
  }
  const column = columnOf(field, alias)
  if (value.kind === 'list') {
    const operand = bindValue(value, field, catalog, writer)
    if (noCase) {
      const found = `exists (select 1 from unnest(${column}) as elem where elem ilike any(${operand}))`
      return negated ? `not ${found}` : found
    }
    return negated ? `not ${column} && ${operand}` : `${column} @> ${operand}`
  }
  const isText = value.kind === 'string'
  if (stored === 'Bytes' && (value.kind === 'bytes' || isText)) {
    const operand = bindValue(value, field, catalog, writer)
    return `position(${operand} in ${column}) ${negated ? '=' : '>'} 0`
  }
  if (!isText || stored === 'Int8') {
    // Even so the value has to be one of the column.
    if (isText) bindValue(value, field, catalog, writer)
    const name = negated ? 'not_contains' : 'contains'
    writer.refuse('text', storeFailure(unsupportedFilter(name, value)))
    return 'false'
  }
  const hasWildcard = value.value.startsWith('%') || value.value.endsWith('%')
  const pattern = hasWildcard ? value.value : `%${value.value}%`
  return `${column} ${like(negated, noCase)} ${patternParameter(pattern, writer)}`
}

function affix(
  filter: PatternFilter,
  field: Field,
  alias: string,
  { writer }: FilterContext,
): string {
  const { kind, negated, noCase, value } = filter
  const operator = like(negated, noCase)
  if (value.kind !== 'string') throw unsupported(` ${operator} `, value)
  const pattern = kind === 'startsWith' ? `${value.value}%` : `%${value.value}`
  return `${columnOf(field, alias)} ${operator} ${patternParameter(pattern, writer)}`
}

function like(negated: boolean, noCase: boolean): string {
  return `${negated ? 'not ' : ''}${noCase ? 'ilike' : 'like'}`
}

function patternParameter(pattern: string, writer: SqlWriter): string {
  if (pattern.includes('\0')) throw valueError('a string in the query holds the character U+0000')
  return writer.parameter(pattern, 'text')
}

function child(
  filter: ChildFilter,
  table: QueryTable,
  alias: string,
  context: FilterContext,
  nested: boolean,
): string {
  if (nested) {
    throw new QueryError(
      `Child filter nesting not supported by value \`${filter.attribute}\`: ` +
        `\`${printFilter(filter)}\``,
    )
  }
  const via = table.declared.get(filter.field)
  if (!via) throw unknownField(table, filter.field)
  const other = 'i'
  const conditions = [
    relation(via, table, alias, filter.table, other),
    atBlock(filter.table, other, context),
    compileFilter(filter.filter, filter.table, other, context, true),
  ]
  const from = `${filter.table.sqlName} as ${other}`
  return `exists (select 1 from ${from} where ${conditions.join(' and ')})`
}

/** The condition that joins an entity with those that one of its fields leads to. */
export function relation(
  via: Field,
  table: QueryTable,
  alias: string,
  target: QueryTable,
  targetAlias: string,
): string {
  if (via.derivedFrom !== null) {
    const back = storedField(target, via.derivedFrom)
    const column = columnOf(back, targetAlias)
    return back.type.kind === 'list' ? `${alias}.id = any(${column})` : `${alias}.id = ${column}`
  }
  const own = storedField(table, via.name)
  const column = columnOf(own, alias)
  return own.type.kind === 'list'
    ? `${targetAlias}.id = any(${column})`
    : `${targetAlias}.id = ${column}`
}

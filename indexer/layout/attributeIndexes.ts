import type { EntityModel, EntityType, Field, ValueType } from '../schema/entityModel.ts'
import { quoteIdentifier } from './quoteIdentifier.ts'
import { type Table, tables } from './tables.ts'

/** Only so much of a long value is indexed; comparisons of strings and bytes go through it first. */
export const STRING_PREFIX_LENGTH = 256
export const BYTES_PREFIX_LENGTH = 64

/** A column as indexes have it. */
export interface IndexedColumn {
  readonly column: string
  /** The expression that a btree sorts by, or null where none would be of use. */
  readonly key: string | null
  /** SQL after `using`, or null where graph-node makes no index by default. */
  readonly using: string | null
}

/**
 * The `attr_*` indexes of one table, and `<table>_dims` of cumulative aggregations, as `create
 * index` statements. They only serve queries, so a first sync may make them at its end.
 */
export function attributeIndexes(model: EntityModel, table: Table, namespace: string): string[] {
  const qualified = `${quoteIdentifier(namespace)}.${quoteIdentifier(table.name)}`
  const statements: string[] = []
  indexedColumns(model, table).forEach(({ column, using }, position) => {
    if (using === null) return
    const name = `attr_${table.position}_${position}_${table.name}_${column}`
    statements.push(`create index ${quoteIdentifier(name)} on ${qualified} using ${using}`)
  })
  if ('aggregates' in table.type) {
    const { aggregates, dimensions, fields } = table.type
    if (aggregates.some((aggregate) => aggregate.cumulative) && dimensions.length > 0) {
      const columns = [...dimensions, 'timestamp'].map((name) => {
        const field = fields.find((known) => known.name === name) as Field
        return quoteIdentifier(field.column)
      })
      statements.push(
        `create index ${quoteIdentifier(`${table.name}_dims`)} on ${qualified} ` +
          `using btree (${columns.join(', ')})`,
      )
    }
  }
  return statements
}

/** The index over a column that refers to other entities, or undefined where there is none. */
export function referenceIndex(
  model: EntityModel,
  type: EntityType,
  column: string,
  namespace: string,
): string | undefined {
  const table = tables(model).find((one) => one.type === type) as Table
  const end = `_${table.name}_${column}"`
  return attributeIndexes(model, table, namespace).find((statement) =>
    statement.split(' on ', 1)[0].endsWith(end),
  )
}

/** The columns of a table that may have an index, in the order in which indexes are numbered. */
export function indexedColumns(model: EntityModel, table: Table): IndexedColumn[] {
  const columns: IndexedColumn[] = []
  for (const field of table.fields) {
    // A primary key of an immutable table has its unique index; the others here have no useful one.
    if (table.immutable && field.name === 'id') continue
    if (field.type.kind === 'list' && isNumericOrEnum(field.type.element)) continue
    const key = indexKey(field)
    columns.push({ column: field.column, key, using: key && indexMethod(field, key, table) })
  }
  for (const search of model.fulltext) {
    if (search.entity === table.type.name) {
      const using = `gin (${quoteIdentifier(search.column)})`
      columns.push({ column: search.column, key: null, using })
    }
  }
  return columns
}

function isNumericOrEnum(type: ValueType): boolean {
  return type.kind === 'enum' || ['Int', 'BigInt', 'BigDecimal'].includes(type.name)
}

function indexKey(field: Field): string | null {
  const column = quoteIdentifier(field.column)
  if (field.type.kind === 'list') return null
  if (field.type.kind !== 'scalar' || field.name === 'id') return column
  if (field.type.name === 'String') return `left(${column}, ${STRING_PREFIX_LENGTH})`
  if (field.type.name === 'Bytes') return `substring(${column}, 1, ${BYTES_PREFIX_LENGTH})`
  return column
}

function indexMethod(field: Field, key: string, table: Table): string {
  if (field.type.kind !== 'reference') return `btree (${key})`
  return table.immutable ? `btree (${key}, block$)` : `gist (${key}, block_range)`
}

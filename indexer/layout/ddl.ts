import type { EntityModel, FulltextSearch } from '../schema/entityModel.ts'
import { attributeIndexes } from './attributeIndexes.ts'
import { BLOCK_NUMBER_MAX } from './blockNumberMax.ts'
import { currentIndexes } from './currentRows.ts'
import { proofTable } from './proofTable.ts'
import { quoteIdentifier } from './quoteIdentifier.ts'
import { sqlType } from './sqlType.ts'
import { type Table, tables } from './tables.ts'

/** What the layout depends on beside the schema. */
export interface LayoutOptions {
  /** Entity types written by file data sources; their tables tell causality regions apart. */
  readonly withCausalityRegion?: ReadonlySet<string>
}

/**
 * SQL that creates the enum types, tables and indexes of a deployment, in graph-node's layout.
 * The namespace (a Postgres schema, `sgd<N>`) and the extension `btree_gist` must be there.
 *
 * @returns statements to run one after the other, each without a closing semicolon.
 */
export function createTables(
  model: EntityModel,
  namespace: string,
  options: LayoutOptions = {},
): string[] {
  const statements = model.enums.map((type) => {
    // Sorted, because the order of an enum's values is the order that `order by` uses.
    const values = [...type.values].sort().map((value) => `'${value}'`)
    const name = `${quoteIdentifier(namespace)}.${quoteIdentifier(type.sqlName)}`
    return `create type ${name} as enum (${values.join(', ')})`
  })
  for (const table of tables(model)) {
    statements.push(createTable(model, table, namespace, options))
    statements.push(...timeTravelIndexes(table, namespace, options))
    statements.push(...attributeIndexes(model, table, namespace))
  }
  return statements
}

/**
 * The statements among {@link createTables} that neither a first sync's writes nor its reads need,
 * and the indexes that this host has beside graph-node's: made at its end they cost a fraction of
 * what they cost row by row. A mutable entity is found by its id all the time, and timeseries are
 * read to roll them up.
 */
export function postponedIndexes(
  model: EntityModel,
  namespace: string,
  options: LayoutOptions = {},
): string[] {
  return tables(model)
    .filter(
      (table) => !table.isAggregation && !('timeseries' in table.type && table.type.timeseries),
    )
    .flatMap((table) => [
      ...timeTravelIndexes(table, namespace, options),
      ...attributeIndexes(model, table, namespace),
      ...currentIndexes(model, table, namespace),
    ])
    .filter((statement) => statement.startsWith('create index'))
    .filter((statement) => !statement.endsWith('using btree ("id")'))
}

/** SQL that creates the table of the proof of indexing, which every deployment has. */
export function createProofTable(model: EntityModel, namespace: string): string[] {
  const table = proofTable(model, tables(model).length)
  const qualified = `${quoteIdentifier(namespace)}.${quoteIdentifier(table.name)}`
  return [
    createTable(model, table, namespace, {}),
    ...timeTravelIndexes(table, namespace, {}),
    // Unlike those of the schema's entities, its columns are indexed in full.
    ...table.fields.map(({ column }, index) => {
      const name = quoteIdentifier(`attr_${table.position}_${index}_${table.name}_${column}`)
      return `create index ${name} on ${qualified} using btree (${quoteIdentifier(column)})`
    }),
  ]
}

function createTable(
  model: EntityModel,
  table: Table,
  namespace: string,
  options: LayoutOptions,
): string {
  const columns = [
    `vid ${table.isAggregation ? 'bigserial' : 'bigint'} primary key`,
    table.immutable ? 'block$ int not null' : 'block_range int4range not null',
  ]
  if (hasCausalityRegion(table, options)) columns.push('causality_region int not null')
  for (const field of table.fields) {
    const type = sqlType(field.type, model, namespace)
    columns.push(`${quoteIdentifier(field.column)} ${type}${field.nullable ? '' : ' not null'}`)
  }
  for (const search of model.fulltext) {
    if (search.entity === table.type.name) columns.push(searchColumn(search, table))
  }
  if (table.immutable) columns.push('unique(id)')
  const name = `${quoteIdentifier(namespace)}.${quoteIdentifier(table.name)}`
  return `create table ${name} (\n  ${columns.join(',\n  ')}\n)`
}

/** What a search looks through. Postgres makes it of the other columns, whoever writes them. */
function searchColumn(search: FulltextSearch, table: Table): string {
  const parts = table.fields
    .filter((field) => search.fields.includes(field.name))
    .map((field) => {
      const text = `coalesce(${quoteIdentifier(field.column)}, '')`
      return `to_tsvector('${search.language}'::regconfig, ${text})`
    })
  const column = quoteIdentifier(search.column)
  return `${column} tsvector generated always as (${parts.join(' || ')}) stored`
}

function timeTravelIndexes(table: Table, namespace: string, options: LayoutOptions): string[] {
  const qualified = `${quoteIdentifier(namespace)}.${quoteIdentifier(table.name)}`
  const index = (name: string) => `create index ${quoteIdentifier(name)} on ${qualified}`
  if (table.immutable) return [`${index(`${table.name}_block`)} using btree (block$)`]
  const upper = `coalesce(upper(block_range), ${BLOCK_NUMBER_MAX})`
  const exclusion = `${table.name}_id_block_range_excl`
  return [
    // A constraint costs much per write; it is kept where two regions might write the same id.
    hasCausalityRegion(table, options)
      ? `alter table ${qualified} add constraint ${quoteIdentifier(exclusion)} ` +
        'exclude using gist (id with =, block_range with &&)'
      : `${index(exclusion)} using gist (id, block_range)`,
    `${index(`brin_${table.name}`)} using brin (lower(block_range), ${upper}, vid)`,
    `${index(`${table.name}_block_range_closed`)} using btree (${upper}) ` +
      `where ${upper} < ${BLOCK_NUMBER_MAX}`,
  ]
}

function hasCausalityRegion(table: Table, options: LayoutOptions): boolean {
  return options.withCausalityRegion?.has(table.type.name) ?? false
}

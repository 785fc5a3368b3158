import type { PoolClient } from 'pg'
import { quoteIdentifier } from '../../layout/quoteIdentifier.ts'
import { sqlType } from '../../layout/sqlType.ts'
import type { Table } from '../../layout/tables.ts'
import type { NamespacedModel } from './copyProblems.ts'
import { GraftError } from './graftError.ts'

/** A table of a deployment. */
export interface DeploymentTable extends NamespacedModel {
  readonly table: Table
  /** Whether it tells causality regions apart. */
  readonly hasRegions: boolean
}

/**
 * Fills a table with the versions of entities that another deployment's table of that name had
 * after a block, and with those before them.
 *
 * @throws GraftError when entities that have changed are to be immutable, or the regions of files
 *   would be mixed.
 */
export async function copyTable(
  client: PoolClient,
  target: DeploymentTable,
  source: DeploymentTable,
  block: number,
): Promise<void> {
  const name = source.table.type.name
  if (source.hasRegions && !target.hasRegions) {
    throw new GraftError(
      `can not copy entity type ${name} to ${target.table.type.name} because the src has a causality region but the dst does not`,
    )
  }
  const from = qualified(source)
  const isCopied = `${source.table.immutable ? 'block$' : 'lower(block_range)'} <= $1`
  if (target.table.immutable && !source.table.immutable) {
    const { rows } = await client.query(
      `select vid from ${from} where ${isCopied} and not upper_inf(block_range) limit 1`,
      [block],
    )
    if (rows.length > 0) {
      throw new GraftError(
        `table ${from} for entity type ${name} can not be made immutable since it contains at least one mutated entity. vid = ${rows[0].vid}`,
      )
    }
  }
  const columns = [
    // The rows of aggregations are numbered by the table that they are in.
    ...(target.table.isAggregation ? [] : [{ into: 'vid', value: 'vid' }]),
    blockColumn(target.table, source.table),
    ...(target.hasRegions
      ? [{ into: 'causality_region', value: source.hasRegions ? 'causality_region' : '0' }]
      : []),
    ...fieldColumns(target, source),
  ]
  await client.query(
    `insert into ${qualified(target)} (${columns.map(({ into }) => into).join(', ')})
     select ${columns.map(({ value }) => value).join(', ')} from ${from}
      where ${isCopied} order by vid`,
    [block],
  )
}

interface CopiedColumn {
  readonly into: string
  readonly value: string
}

/** A version that ended later is the current one again. */
function blockColumn(target: Table, source: Table): CopiedColumn {
  if (target.immutable) {
    return { into: 'block$', value: source.immutable ? 'block$' : 'lower(block_range)' }
  }
  const value = source.immutable
    ? 'int4range(block$, null)'
    : 'case when upper(block_range) > $1 then int4range(lower(block_range), null) else block_range end'
  return { into: 'block_range', value }
}

/** The columns that both tables have; others are null, or made by Postgres. */
function fieldColumns(
  { table, model, namespace }: NamespacedModel & { table: Table },
  source: DeploymentTable,
): CopiedColumn[] {
  const known = new Set(source.table.fields.map(({ column }) => column))
  return table.fields
    .filter(({ column }) => known.has(column))
    .map(({ column, type }) => {
      const into = quoteIdentifier(column)
      const element = type.kind === 'list' ? type.element : type
      if (element.kind !== 'enum') return { into, value: into }
      // Each deployment has enum types of its own.
      const text = type.kind === 'list' ? 'text[]' : 'text'
      return { into, value: `${into}::${text}::${sqlType(type, model, namespace)}` }
    })
}

function qualified({ namespace, table }: DeploymentTable): string {
  return `${quoteIdentifier(namespace)}.${quoteIdentifier(table.name)}`
}

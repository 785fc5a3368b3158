import type { EntityModel } from '../schema/entityModel.ts'
import { indexedColumns } from './attributeIndexes.ts'
import { BLOCK_NUMBER_MAX } from './blockNumberMax.ts'
import { quoteIdentifier } from './quoteIdentifier.ts'
import type { Table } from './tables.ts'

/**
 * The condition that a row of a mutable table holds its entity's current version, the one that no
 * block has ended yet.
 *
 * @param alias name of the table in the statement, or null for none.
 */
export function isCurrent(alias: string | null): string {
  const range = alias === null ? 'block_range' : `${alias}.block_range`
  // Unlike of `upper_inf`, the planner knows how often this holds: `brin_<table>` has it analyzed.
  return `coalesce(upper(${range}), ${BLOCK_NUMBER_MAX}) = ${BLOCK_NUMBER_MAX}`
}

/**
 * The `current_*` indexes of a mutable table, beside those of graph-node's layout: over the current
 * versions alone, by each attribute and then by id, which is the order that answers come in. Most
 * queries ask for the newest block, and most rows of a table that lives long are history.
 */
export function currentIndexes(model: EntityModel, table: Table, namespace: string): string[] {
  if (table.immutable) return []
  const qualified = `${quoteIdentifier(namespace)}.${quoteIdentifier(table.name)}`
  return indexedColumns(model, table).flatMap(({ column, key }, position) => {
    if (key === null) return []
    const name = quoteIdentifier(`current_${table.position}_${position}_${table.name}_${column}`)
    const keys = column === 'id' ? key : `${key}, "id"`
    return `create index ${name} on ${qualified} using btree (${keys}) where ${isCurrent(null)}`
  })
}

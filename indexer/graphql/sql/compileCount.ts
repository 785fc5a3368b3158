import type { Catalog } from '../catalog/catalog.ts'
import { atBlock } from './atBlock.ts'
import { compileFilter } from './compileFilter.ts'
import type { EntityQuery } from './entityQuery.ts'
import { SqlWriter } from './sqlWriter.ts'

/**
 * Compiles a statement that counts all entities that a query without parents would find. Its row is
 * the number, and what {@link ReadPoint.check} says.
 */
export function compileCount(
  query: EntityQuery,
  catalog: Catalog,
): { readonly text: string; readonly values: unknown[] } {
  const writer = new SqlWriter()
  const context = { catalog, at: query.at, writer }
  const counts = query.type.tables.map((table) => {
    const conditions = [atBlock(table, 'c', context)]
    if (query.filter) conditions.push(compileFilter(query.filter, table, 'c', context))
    return `(select count(*) from ${table.sqlName} as c where ${conditions.join(' and ')})`
  })
  writer.throwRefusal()
  const check = query.at.check === null ? 'null' : `(${query.at.check})::text`
  const text = `select (${['0', ...counts].join(' + ')})::text, ${check}`
  return { text, values: writer.values }
}

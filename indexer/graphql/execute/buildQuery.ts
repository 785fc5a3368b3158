import type { Field } from '../../schema/entityModel.ts'
import type { Catalog, QueryTable, QueryType } from '../catalog/catalog.ts'
import { QueryError } from '../errors/queryError.ts'
import { buildFilter } from '../filter/buildFilter.ts'
import type { EntityFilter } from '../filter/entityFilter.ts'
import type { QueryLimits } from '../query/queryLimits.ts'
import type { SelectedField } from '../query/selectionSet.ts'
import { storedField } from '../sql/compileFilter.ts'
import type { EntityOrder, EntityQuery, ParentLink } from '../sql/entityQuery.ts'
import type { ReadPoint } from '../sql/readPoint.ts'
import { buildOrder, searchNeedsText } from './buildOrder.ts'
import { buildRange } from './buildRange.ts'

/** What a level of a query is built from beside the field that asks for it. */
export interface LevelContext {
  readonly catalog: Catalog
  readonly at: ReadPoint
  /** Whether the field holds one entity rather than a list. */
  readonly single: boolean
  readonly link: ParentLink | null
  readonly limits: QueryLimits
}

/** Reads a field's arguments as a query for the entities that it asks for. */
export function buildQuery(
  field: SelectedField,
  type: QueryType,
  { catalog, at, single, link, limits }: LevelContext,
): EntityQuery {
  const order = buildOrder(field, type, catalog)
  const { first, skip } = buildRange(field, limits)
  const filters: EntityFilter[] = []
  const id = field.arguments.get('id')
  if (id?.kind === 'string') {
    const value = { kind: 'string', value: id.value } as const
    filters.push({ kind: 'compare', field: 'id', comparison: '=', value })
  }
  const text = field.arguments.get('text')
  if (text?.kind === 'object') {
    const [[search, value]] = text.fields
    if (value.kind !== 'string') throw searchNeedsText()
    filters.push({ kind: 'fulltext', search, text: value.value })
  }
  const current = field.arguments.get('current')
  const where = field.arguments.get('where')
  if (where?.kind === 'object') filters.push(buildFilter(where, type, catalog))
  else if (where && where.kind !== 'null') throw new QueryError('Filter must by an object')
  return {
    type,
    at,
    columns: (table) => selectedColumns(field, table, order),
    filter: filters.length === 0 ? null : { kind: 'and', filters },
    // At most one is expected, and sorting would be work for nothing.
    order: single ? { kind: 'none' } : order,
    first,
    skip,
    current: type.kind === 'aggregation' && current?.kind === 'enum' && current.value === 'include',
    single,
    link,
  }
}

function selectedColumns(field: SelectedField, table: QueryTable, order: EntityOrder): Field[] {
  const columns = new Set([storedField(table, 'id')])
  for (const selected of field.selections?.fields(table.typeName) ?? []) {
    const stored = table.fields.get(selected.name)
    if (stored) columns.add(stored)
  }
  if (order.kind === 'field') columns.add(storedField(table, order.field))
  return [...columns]
}

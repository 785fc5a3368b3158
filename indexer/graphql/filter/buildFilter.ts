import type { Field } from '../../schema/entityModel.ts'
import { baseTypeName } from '../api/filterType.ts'
import type { Catalog, QueryType } from '../catalog/catalog.ts'
import { QueryError } from '../errors/queryError.ts'
import { type ObjectValue, printValue, type Value } from '../query/value.ts'
import type { Comparison, EntityFilter } from './entityFilter.ts'
import { type FilterOperator, filterKey } from './filterKey.ts'
import { printStoreValue, type StoreValue, storeValue } from './storeValue.ts'

const COMPARISONS: ReadonlyMap<FilterOperator, Comparison> = new Map([
  ['equal', '='],
  ['not', '!='],
  ['gt', '>'],
  ['lt', '<'],
  ['gte', '>='],
  ['lte', '<='],
])

/** Reads a `where` argument as a condition on a type's entities. */
export function buildFilter(where: ObjectValue, type: QueryType, catalog: Catalog): EntityFilter {
  refuseColumnsBesideOr(where)
  const filters = [...where.fields].map(([key, value]): EntityFilter => {
    if (key === '_change_block') return changedSince(value)
    // Each of the two takes in every list of the object; that is how graph-node reads them.
    if (key === 'and' || key === 'or') return { kind: key, filters: listFilters(where) }
    const { field: name, operator } = filterKey(key)
    if (operator === 'child' && value.kind === 'object') {
      return childFilter(name, value, type, catalog)
    }
    const field = type.fields.get(name)
    if (!field) throw noAttribute(type.name, name)
    if (operator === 'child') {
      throw new QueryError(
        `Query contains value with invalid type \`${field.graphqlType}\`: ` +
          `\`${printValue(value)}\``,
      )
    }
    return fieldFilter(field, operator, storeValue(value, baseTypeName(field)))
  })
  return { kind: 'and', filters }

  function listFilters(object: ObjectValue): EntityFilter[] {
    return [...object.fields.values()].flatMap((value) => {
      if (value.kind !== 'list') throw notAnObject()
      return value.items.map((item) => {
        if (item.kind !== 'object') throw notAnObject()
        return buildFilter(item, type, catalog)
      })
    })
  }
}

export function noAttribute(typeName: string, field: string): QueryError {
  return new QueryError(`Entity \`${typeName}\` has no attribute \`${field}\``)
}

function notAnObject(): QueryError {
  return new QueryError('Filter must by an object')
}

function refuseColumnsBesideOr(where: ObjectValue): void {
  if (!where.fields.has('or')) return
  const columns = [...where.fields.keys()]
    .filter((key) => key !== 'or' && key !== 'and' && key !== '_change_block')
    .map((key) => `'${key}'`)
    .join(', ')
  if (columns === '') return
  throw new QueryError(
    "Cannot mix column filters with 'or' operator at the same level. Found column filter(s) " +
      `${columns} alongside 'or' operator.\n\n` +
      `Instead of:\nwhere: { ${columns}, or: [...] }\n\n` +
      `Use:\nwhere: { or: [{ ${columns}, ... }, { ${columns}, ... }] }`,
  )
}

function changedSince(value: Value): EntityFilter {
  const block = value.kind === 'object' ? value.fields.get('number_gte') : undefined
  if (block?.kind !== 'int') throw notAnObject()
  return { kind: 'changedSince', block: Number(block.value) }
}

function fieldFilter(field: Field, operator: FilterOperator, value: StoreValue): EntityFilter {
  const comparison = COMPARISONS.get(operator)
  if (comparison) return { kind: 'compare', field: field.name, comparison, value }
  const negated = operator.startsWith('not_')
  const name = negated ? operator.slice('not_'.length) : operator
  if (name === 'in') {
    return { kind: 'in', field: field.name, negated, values: listValues(value, `_${operator}`) }
  }
  const noCase = name.endsWith('_nocase')
  const kind = name.startsWith('starts_with')
    ? 'startsWith'
    : name.startsWith('ends_with')
      ? 'endsWith'
      : 'contains'
  return { kind, field: field.name, negated, noCase, value }
}

function listValues(value: StoreValue, filter: string): readonly StoreValue[] {
  if (value.kind !== 'list') {
    throw new QueryError(`Non-list value passed to \`${filter}\` filter`)
  }
  const [first] = value.items
  const other = value.items.find((item) => item.kind !== first.kind)
  if (other) {
    throw new QueryError(
      `Values passed to filter \`${filter}\` must be of the same type but are of different ` +
        `types: ${printStoreValue(first)}, ${printStoreValue(other)}`,
    )
  }
  return value.items
}

function childFilter(
  name: string,
  where: ObjectValue,
  type: QueryType,
  catalog: Catalog,
): EntityFilter {
  const field = type.fields.get(name)
  const childType = field && catalog.type(baseTypeName(field), null)
  if (!field || !childType) throw notAnObject()
  const filter = buildFilter(where, childType, catalog)
  const children = childType.tables.map((table): EntityFilter => {
    return { kind: 'child', field: name, attribute: field.derivedFrom ?? name, table, filter }
  })
  return childType.kind === 'interface' ? { kind: 'or', filters: children } : children[0]
}

import { baseTypeName } from '../api/filterType.ts'
import type { Catalog, QueryType } from '../catalog/catalog.ts'
import { QueryError } from '../errors/queryError.ts'
import { noAttribute } from '../filter/buildFilter.ts'
import type { SelectedField } from '../query/selectionSet.ts'
import type { Direction, EntityOrder } from '../sql/entityQuery.ts'

/** Reads `orderBy` and `orderDirection`, or the order that a search implies. */
export function buildOrder(field: SelectedField, type: QueryType, catalog: Catalog): EntityOrder {
  const direction = directionOf(field)
  const orderBy = field.arguments.get('orderBy')
  if (orderBy?.kind === 'enum') {
    // The parts of `a__b__c` after the second one are not looked at.
    const [name, childName] = orderBy.value.split('__')
    return childName === undefined
      ? byField(name, direction, type)
      : byChild(name, childName, direction, type, catalog)
  }
  const text = field.arguments.get('text')
  if (text?.kind === 'object') {
    const [[search, value]] = text.fields
    if (value.kind !== 'string') throw searchNeedsText()
    return { kind: 'fulltext', search, text: value.value, direction }
  }
  // The newest buckets come first.
  if (type.kind === 'aggregation') return { kind: 'field', field: 'timestamp', direction: 'desc' }
  return { kind: 'field', field: 'id', direction: 'asc' }
}

export function searchNeedsText(): QueryError {
  return new QueryError('fulltext search queries can only use EntityFilter::Equal')
}

function directionOf(field: SelectedField): Direction {
  const given = field.arguments.get('orderDirection')
  return given?.kind === 'enum' && given.value === 'desc' ? 'desc' : 'asc'
}

function byField(name: string, direction: Direction, type: QueryType): EntityOrder {
  const field = type.fields.get(name)
  if (!field) throw noAttribute(type.name, name)
  if (field.type.kind !== 'scalar') throw cannotOrder(type.name, name)
  return { kind: 'field', field: name, direction }
}

function byChild(
  via: string,
  name: string,
  direction: Direction,
  type: QueryType,
  catalog: Catalog,
): EntityOrder {
  // What leads to the child is taken from a concrete type: an interface may leave open whether
  // the field is stored or derived.
  const [table] = type.tables
  const field = table?.declared.get(via)
  if (!field) throw noAttribute(type.name, via)
  const target = baseTypeName(field)
  const child = catalog.type(target, null)
  if (!child) throw new QueryError(`Failed to resolve named type \`${target}\``)
  const childField = child.fields.get(name)
  if (!childField) throw noAttribute(child.name, name)
  if (childField.type.kind !== 'scalar') throw cannotOrder(child.name, name)
  return { kind: 'child', via, child, field: name, direction }
}

/** The API's order types list references and enums too, but only scalars are ordered by. */
function cannotOrder(typeName: string, field: string): QueryError {
  return new QueryError(`Ordering by \`${field}\` is not supported for type \`${typeName}\``)
}

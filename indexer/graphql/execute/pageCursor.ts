import type { QueryType } from '../catalog/catalog.ts'
import { QueryError } from '../errors/queryError.ts'
import type { EntityFilter } from '../filter/entityFilter.ts'
import { type StoreValue, storeValue } from '../filter/storeValue.ts'
import type { EntityOrder } from '../sql/entityQuery.ts'
import type { AnswerValue } from '../sql/selectColumn.ts'

/** What pages can be ordered by: a field of the entities themselves. */
export type PageOrder = Extract<EntityOrder, { readonly kind: 'field' }>

/** Where a page ended: the id of its last entity, and what it was ordered by. */
interface Place {
  readonly id: string
  readonly sort: AnswerValue
}

/** Writes the place behind an entity as text that only {@link afterCursor} reads. */
export function pageCursor(values: ReadonlyMap<string, AnswerValue>, order: PageOrder): string {
  const place = [order.field, order.direction, values.get(order.field) ?? null, values.get('id')]
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/**
 * The condition on entities that come after a cursor in an order.
 *
 * @throws {QueryError} when the cursor is none, or one of another order.
 */
export function afterCursor(cursor: string, order: PageOrder, type: QueryType): EntityFilter {
  const { id, sort } = readCursor(cursor, order)
  const forward = order.direction === 'asc'
  const beyond = forward ? '>' : '<'
  const idField = type.fields.get('id')
  const laterId: EntityFilter = {
    kind: 'compare',
    field: 'id',
    comparison: beyond,
    value: sortValue(id, idField?.graphqlType ?? 'ID'),
  }
  if (order.field === 'id') return laterId
  const compare = (comparison: '=' | '!=' | '>' | '<', value: StoreValue): EntityFilter => {
    return { kind: 'compare', field: order.field, comparison, value }
  }
  const none: StoreValue = { kind: 'null' }
  // What is missing stands last upwards and first downwards.
  if (sort === null) {
    const tied: EntityFilter = { kind: 'and', filters: [compare('=', none), laterId] }
    return forward ? tied : { kind: 'or', filters: [compare('!=', none), tied] }
  }
  const value = sortValue(sort, type.fields.get(order.field)?.graphqlType ?? '')
  const filters: EntityFilter[] = [{ kind: 'and', filters: [compare('=', value), laterId] }]
  if (value.kind !== 'boolean') filters.push(compare(beyond, value))
  // Of two values there is one beyond the other, in one direction.
  else if (value.value !== forward) filters.push(compare('=', { kind: 'boolean', value: forward }))
  if (forward) filters.push(compare('=', none))
  return { kind: 'or', filters }
}

function readCursor(cursor: string, order: PageOrder): Place {
  let place: unknown
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw noCursor(cursor)
  }
  if (!Array.isArray(place) || place.length !== 4 || typeof place[3] !== 'string') {
    throw noCursor(cursor)
  }
  const [field, direction, sort, id] = place
  if (field !== order.field || direction !== order.direction) {
    throw new QueryError(
      `The cursor belongs to pages ordered by \`${field}\` (${direction}), but these are ordered ` +
        `by \`${order.field}\` (${order.direction}): keep the order from page to page`,
    )
  }
  if (sort !== null && typeof sort === 'object') throw noCursor(cursor)
  return { id, sort }
}

function noCursor(cursor: string): QueryError {
  return new QueryError(
    `\`${cursor}\` is no cursor: give the \`endCursor\` of the page before as \`after\``,
  )
}

function sortValue(value: AnswerValue, graphqlType: string): StoreValue {
  const typeName = graphqlType.replaceAll(/[[\]!]/g, '')
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  if (typeof value === 'number') return { kind: 'int', value: String(value) }
  const text = String(value)
  if (typeName !== 'Timestamp') return storeValue({ kind: 'string', value: text }, typeName)
  if (!/^-?\d+$/.test(text)) throw noCursor(text)
  return { kind: 'timestamp', value: BigInt(text) }
}

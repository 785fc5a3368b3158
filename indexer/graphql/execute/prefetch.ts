import type { PoolClient } from 'pg'
import type { AggregationInterval, Field } from '../../schema/entityModel.ts'
import type { ApiSchema } from '../api/apiSchema.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { ErrorCollector, QueryError } from '../errors/queryError.ts'
import type { QueryLimits } from '../query/queryLimits.ts'
import type { SelectedField, SelectionSet } from '../query/selectionSet.ts'
import { type CompiledQuery, compileQuery } from '../sql/compileQuery.ts'
import type { EntityQuery, ParentLink } from '../sql/entityQuery.ts'
import type { ReadPoint } from '../sql/readPoint.ts'
import { runStatement } from '../sql/runStatement.ts'
import { decodeColumn } from '../sql/selectColumn.ts'
import { buildQuery } from './buildQuery.ts'
import type { EntityNode } from './entityNode.ts'
import { checkNewest } from './notNewestError.ts'

/** What fetching needs: a snapshot to read from and where in it to read. */
export interface FetchContext {
  readonly api: ApiSchema
  readonly catalog: Catalog
  readonly client: PoolClient
  readonly limits: QueryLimits
  readonly at: ReadPoint
}

/**
 * Fetches all entities that a query asks for, with one statement for each level and field, however
 * many entities the level above has.
 *
 * @returns what the root fields led to, by response key.
 */
export async function prefetch(
  selections: SelectionSet,
  context: FetchContext,
): Promise<ReadonlyMap<string, readonly EntityNode[]>> {
  const results = new Map<string, readonly EntityNode[]>()
  const errors = new ErrorCollector()
  for (const field of selections.fields(context.api.queryType.name)) {
    if (!field.selections) continue
    const query = errors.run(() => levelQuery(field, null, context))
    if (query) results.set(field.responseKey, await fetchLevels(query, field, context, errors))
  }
  errors.throwIfAny()
  return results
}

/** Fetches the entities of a root query and all that their fields lead to. */
export async function fetchLevels(
  query: EntityQuery,
  field: SelectedField,
  context: FetchContext,
  errors: ErrorCollector,
): Promise<readonly EntityNode[]> {
  const compiled = errors.run(() => compile(query, context))
  if (!compiled || !field.selections) return []
  const nodes = (await fetchRows(compiled, context, errors)).map((row) => row.node)
  await fetchChildren(nodes, field.selections, intervalOf(field), context, errors)
  return nodes
}

interface Compiled {
  readonly query: EntityQuery
  readonly statement: CompiledQuery
}

interface Row {
  /** Place of the parent, 0 without parents. */
  readonly parent: number
  readonly node: EntityNode
}

function compile(query: EntityQuery, { catalog }: FetchContext): Compiled {
  return { query, statement: compileQuery(query, catalog) }
}

/** Reads a field's arguments as a query for what it leads to. */
export function levelQuery(
  field: SelectedField,
  link: ParentLink | null,
  { api, catalog, at, limits }: FetchContext,
): EntityQuery {
  const typeName = api.baseTypeName(field.definition.type)
  const interval = intervalOf(field)
  const type = catalog.type(typeName, interval)
  if (!type) throw noSuchInterval(typeName, interval)
  const single = !api.isList(field.definition.type)
  // An entity that there is not has no row to tell by whether the state was the right one.
  const certain = single && at.check !== null ? { ...at, isNewest: false, check: null } : at
  return buildQuery(field, type, { catalog, at: certain, single, link, limits })
}

function intervalOf(field: SelectedField): AggregationInterval | null {
  const interval = field.arguments.get('interval')
  if (interval?.kind !== 'enum') return null
  return interval.value === 'hour' ? 'hour' : 'day'
}

function noSuchInterval(typeName: string, interval: AggregationInterval | null): QueryError {
  return new QueryError(
    `Aggregation \`${typeName}\` has no interval \`${interval}\`: use one that its schema lists`,
  )
}

/** The rows of a statement; what is wrong with it joins the other errors. */
async function fetchRows(
  { query, statement }: Compiled,
  { client }: FetchContext,
  errors: ErrorCollector,
): Promise<readonly Row[]> {
  if (query.type.tables.length === 0) return []
  let rows: (string | null)[][]
  try {
    rows = await runStatement(client, statement.text, statement.values)
  } catch (error) {
    errors.add(databaseError(error))
    // Other fields may have errors to tell too, which need no certain state any more.
    if (client.getTransactionStatus() !== 'I') await client.query('rollback and chain')
    return []
  }
  checkNewest(query.at, rows[0]?.[0])
  const isUnion = query.type.tables.length > 1
  return rows.map(([parent, place, ...cells]) => {
    const table = query.type.tables[Number(place)]
    const columns = statement.columns[Number(place)]
    const texts = isUnion ? (JSON.parse(cells[0] as string) as (string | null)[]) : cells
    const values = new Map(
      columns.map((field, column) => [field.name, decodeColumn(field, texts[column])]),
    )
    const node = {
      typeName: table.typeName,
      id: String(values.get('id')),
      values,
      children: new Map(),
    }
    return { parent: query.link === null ? 0 : Number(parent) - 1, node }
  })
}

function databaseError(error: unknown): QueryError {
  // Errors of Postgres have a five-letter code; anything else is no fault of the query.
  const { code } = error as { code?: unknown }
  if (!(error instanceof Error) || typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) {
    throw error
  }
  if (error.message.startsWith('syntax error in tsquery')) {
    return new QueryError(
      `Invalid fulltext search query syntax. Error: ${error.message}. Hint: Search terms with ` +
        'spaces need to be enclosed in single quotes',
      { cause: error },
    )
  }
  return new QueryError(`Failed to get entities from store: ${error.message}`, {
    attestable: false,
    cause: error,
  })
}

async function fetchChildren(
  nodes: readonly EntityNode[],
  selections: SelectionSet,
  interval: AggregationInterval | null,
  context: FetchContext,
  errors: ErrorCollector,
): Promise<void> {
  for (const typeName of selections.typeNames) {
    // An entity may stand under several parents; it is one parent here.
    const parents = new Map<string, EntityNode[]>()
    for (const node of nodes) {
      if (node.typeName !== typeName) continue
      const same = parents.get(node.id)
      if (same) same.push(node)
      else parents.set(node.id, [node])
    }
    if (parents.size === 0) continue
    const groups = [...parents.values()]
    const type = context.catalog.type(typeName, interval)
    for (const field of selections.fields(typeName)) {
      if (!field.selections) continue
      const own = type?.fields.get(field.name)
      if (!own) throw new Error(`\`${typeName}\` has no field \`${field.name}\` to fetch`)
      const { link, places } = parentLink(own, groups)
      const query = errors.run(() => compile(levelQuery(field, link, context), context))
      if (!query) continue
      const rows = await fetchRows(query, context, errors)
      const byParent = groups.map((): EntityNode[] => [])
      for (const row of rows) {
        for (const place of places[row.parent]) byParent[place].push(row.node)
      }
      groups.forEach((group, place) => {
        for (const node of group) node.children.set(field.responseKey, byParent[place])
      })
      const children = rows.map((row) => row.node)
      await fetchChildren(children, field.selections, intervalOf(field), context, errors)
    }
  }
}

/** How children are found, and which parents stand behind each place of that. */
interface Linked {
  readonly link: ParentLink
  readonly places: readonly (readonly number[])[]
}

/** How children of a field are found; the parents of one group are the same entity. */
function parentLink(field: Field, groups: readonly EntityNode[][]): Linked {
  const places = groups.map((_, place) => [place])
  if (field.derivedFrom !== null) {
    const parentIds = groups.map(([node]) => node.id)
    return { link: { kind: 'byParent', via: field, parentIds }, places }
  }
  if (field.type.kind === 'list') {
    const childIds = groups.map(([node]) => (node.values.get(field.name) ?? []) as string[])
    return { link: { kind: 'byChildren', childIds }, places }
  }
  // Many may lead to the same child, which is fetched once.
  const byChild = new Map<string, number[]>()
  groups.forEach(([node], place) => {
    const id = node.values.get(field.name) as string | null | undefined
    if (typeof id !== 'string') return
    const same = byChild.get(id)
    if (same) same.push(place)
    else byChild.set(id, [place])
  })
  return { link: { kind: 'byChild', childIds: [...byChild.keys()] }, places: [...byChild.values()] }
}

import type { GraphQLObjectType } from 'graphql'
import { ErrorCollector, QueryError } from '../errors/queryError.ts'
import { type SelectedField, SelectionSet } from '../query/selectionSet.ts'
import { compileCount } from '../sql/compileCount.ts'
import type { EntityQuery } from '../sql/entityQuery.ts'
import { runStatement } from '../sql/runStatement.ts'
import { type AnswerObject, completeEntity } from './completeEntity.ts'
import type { EntityNode } from './entityNode.ts'
import { pick } from './metaField.ts'
import { checkNewest } from './notNewestError.ts'
import { afterCursor, type PageOrder, pageCursor } from './pageCursor.ts'
import { type FetchContext, fetchLevels, levelQuery } from './prefetch.ts'

/** Answers a page of entities, with their count on all pages. */
export async function pageField(
  field: SelectedField,
  context: FetchContext,
): Promise<AnswerObject> {
  const pageType = context.api.baseTypeName(field.definition.type)
  const selected = field.selections?.fields(pageType) ?? []
  const asksFor = (name: string) => selected.some((inner) => inner.name === name)
  const nodesField = fieldOfNodes(field, selected, context)
  const query = levelQuery(nodesField, null, context)
  const order = pageOrder(query)
  const wantsNodes = asksFor('nodes') || asksFor('pageInfo')
  const found = wantsNodes ? await fetchPage(query, order, nodesField, context) : []
  const nodes = found.slice(0, query.first)
  const total = asksFor('totalCount') ? await count(query, context) : 0
  const selections = nodesField.selections as SelectionSet
  const errors = new ErrorCollector()
  const answer = pick(field.selections, pageType, {
    totalCount: () => total,
    nodes: (inner) => {
      const own = inner.selections ?? selections
      const list = nodes.map((node) => {
        return errors.run(() => completeEntity(node, own, context.catalog)) as AnswerObject
      })
      return list
    },
    pageInfo: (inner) => {
      const last = nodes.at(-1)
      return pick(inner.selections, '_PageInfo_', {
        endCursor: () => (last ? pageCursor(last.values, order) : null),
        hasNextPage: () => found.length > nodes.length,
      })
    },
  })
  errors.throwIfAny()
  return answer
}

/** The page's entities as a collection of their own, with all that is selected of them. */
function fieldOfNodes(
  field: SelectedField,
  selected: readonly SelectedField[],
  { api }: FetchContext,
): SelectedField {
  const pageType = api.schema.getType(api.baseTypeName(field.definition.type)) as GraphQLObjectType
  const definition = pageType.getFields().nodes
  const selections = new SelectionSet(api.concreteTypes(api.baseTypeName(definition.type)))
  for (const inner of selected) {
    if (inner.name === 'nodes' && inner.selections) selections.merge(inner.selections)
  }
  return { ...field, definition, selections }
}

function pageOrder({ order }: EntityQuery): PageOrder {
  if (order.kind === 'field') return order
  throw new QueryError(
    'Not supported: pages can only be ordered by fields of the entities themselves',
  )
}

/** One entity more than the page holds tells whether there is another page. */
async function fetchPage(
  query: EntityQuery,
  order: PageOrder,
  nodesField: SelectedField,
  context: FetchContext,
): Promise<readonly EntityNode[]> {
  const after = nodesField.arguments.get('after')
  const filters = query.filter ? [query.filter] : []
  if (after?.kind === 'string') filters.push(afterCursor(after.value, order, query.type))
  const errors = new ErrorCollector()
  const one = { ...query, first: query.first + 1, filter: { kind: 'and', filters } as const }
  const nodes = await fetchLevels(one, nodesField, context, errors)
  errors.throwIfAny()
  return nodes
}

async function count(query: EntityQuery, { client, catalog }: FetchContext): Promise<number> {
  const { text, values } = compileCount(query, catalog)
  const [[total, answer]] = await runStatement(client, text, values)
  checkNewest(query.at, answer)
  return Number(total)
}

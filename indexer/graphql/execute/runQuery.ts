import type { DocumentNode } from 'graphql'
import type { ApiSchema } from '../api/apiSchema.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { BlockInfo, Deployment } from '../deployment.ts'
import { ErrorCollector, QueryError, queryErrorsOf } from '../errors/queryError.ts'
import { prepareQuery } from '../query/prepareQuery.ts'
import type { QueryLimits } from '../query/queryLimits.ts'
import { type SelectedField, SelectionSet } from '../query/selectionSet.ts'
import type { Value } from '../query/value.ts'
import { type ConstraintGroup, groupByConstraint } from './blockConstraint.ts'
import { type AnswerObject, answerObject, completeChildren } from './completeEntity.ts'
import { interfaceOf } from './interfaceOf.ts'
import { introspect } from './introspect.ts'
import { type LocatedBlock, locateBlock } from './locateBlock.ts'
import { metaField } from './metaField.ts'
import { pageField } from './pageField.ts'
import { prefetch } from './prefetch.ts'
import { readPoint, type Snapshot, seeHead, withSnapshot } from './snapshot.ts'

/** The answer to a query, as it goes into the response. */
export interface QueryResult {
  readonly data?: AnswerObject
  readonly errors: readonly QueryError[]
  /** Newest indexed block that the query knew of. */
  readonly indexed: BlockInfo | null
}

/**
 * Runs a parsed query on a deployment. Errors of the query are part of the result; only failures
 * of the host itself, such as a lost database, are thrown.
 */
export async function runQuery(
  deployment: Deployment,
  document: DocumentNode,
  variables: ReadonlyMap<string, Value>,
  limits: QueryLimits,
): Promise<QueryResult> {
  const { api, catalog } = interfaceOf(deployment)
  const seen = await seeHead(deployment)
  const indexed = seen.head
  try {
    if (!indexed) throw notStarted(deployment)
    const root = prepareQuery(api, document, variables, limits)
    const groups = groupByConstraint(root)
    if (groups.length === 0) return { errors: [], indexed }
    const statements = statementCount(groups, api)
    if (statements === 0)
      return await answerGroups(groups, { deployment, api, catalog, limits }, indexed)
    return await withSnapshot(deployment, seen, statements, (snapshot) => {
      return answerGroups(groups, { deployment, api, catalog, limits, snapshot }, snapshot.head)
    })
  } catch (error) {
    return { errors: queryErrorsOf(error), indexed }
  }
}

interface RunContext {
  readonly deployment: Deployment
  readonly api: ApiSchema
  readonly catalog: Catalog
  readonly limits: QueryLimits
  /** Absent where no group reads entities. */
  readonly snapshot?: Snapshot
}

/** Root fields that need no entities. */
const BUILTIN_FIELDS = new Set(['_meta', '_logs', '__typename', '__schema', '__type'])

function notStarted(deployment: Deployment): QueryError {
  return new QueryError(
    `Store error: query execution failed: Subgraph \`${deployment.id}\` has not started syncing ` +
      'yet. Wait for it to ingest a few blocks before querying it',
    { attestable: false },
  )
}

/** How many statements the groups may take: one for each field that leads to entities. */
function statementCount(groups: readonly ConstraintGroup[], api: ApiSchema): number {
  let count = 0
  for (const { selections } of groups) {
    for (const field of selections.fields(api.queryType.name)) {
      if (!BUILTIN_FIELDS.has(field.name)) count += entityFields(field)
    }
  }
  return count
}

function entityFields(field: SelectedField): number {
  const { selections } = field
  if (!selections) return 0
  const inner = selections.typeNames.flatMap((typeName) => selections.fields(typeName))
  return inner.reduce((count, child) => count + entityFields(child), 1)
}

async function answerGroups(
  groups: readonly ConstraintGroup[],
  context: RunContext,
  head: BlockInfo,
): Promise<QueryResult> {
  const blocks: LocatedBlock[] = []
  for (const { constraint } of groups) {
    blocks.push(await locateBlock(constraint, context.deployment, head))
  }
  const errors: QueryError[] = []
  const data = answerObject()
  let hasData = false
  for (const [place, group] of groups.entries()) {
    const answer = await answerGroup(group, blocks[place], context, head)
    errors.push(...answer.errors)
    if (answer.data) {
      hasData = true
      Object.assign(data, answer.data)
    }
  }
  return hasData ? { data, errors, indexed: head } : { errors, indexed: head }
}

async function answerGroup(
  group: ConstraintGroup,
  block: LocatedBlock,
  context: RunContext,
  head: BlockInfo,
): Promise<{ data: AnswerObject | null; errors: readonly QueryError[] }> {
  try {
    const [hasErrors, data] = await withErrorState(context, block, (state) => {
      return answerFields(group, block, context, head, state)
    })
    const isDebugging = Object.keys(data).every((key) => key === '_meta' || key === '_logs')
    if (!hasErrors || isDebugging) return { data, errors: [] }
    const errors = [new QueryError('indexing_error', { attestable: false })]
    return { data: group.allowErrors ? data : withoutEntities(data), errors }
  } catch (error) {
    return { data: null, errors: queryErrorsOf(error) }
  }
}

/** Asks for the state of errors while the answer is being made, which seldom needs it. */
async function withErrorState<T>(
  { deployment }: RunContext,
  block: LocatedBlock,
  answer: (hasErrors: Promise<boolean>) => Promise<T>,
): Promise<[boolean, T]> {
  const hasErrors = deployment.hasIndexingErrors(block.number)
  return Promise.all([hasErrors, answer(hasErrors)])
}

/** What may be shown of an answer that indexing errors forbid. */
function withoutEntities(data: AnswerObject): AnswerObject | null {
  const kept = answerObject()
  for (const key of ['_meta', '_logs', '__schema', '__type']) {
    if (key in data) kept[key] = data[key]
  }
  return Object.keys(kept).length > 0 ? kept : null
}

/** Entities come first in the answer, then `_meta` and `__typename`, then introspection. */
async function answerFields(
  group: ConstraintGroup,
  block: LocatedBlock,
  context: RunContext,
  head: BlockInfo,
  hasIndexingErrors: Promise<boolean>,
): Promise<AnswerObject> {
  const { api, catalog, deployment, limits, snapshot } = context
  const entityFields: SelectedField[] = []
  const metaFields: SelectedField[] = []
  const introspectionFields: SelectedField[] = []
  let asksForLogs = false
  for (const field of group.selections.fields(api.queryType.name)) {
    if (field.name === '__schema' || field.name === '__type') introspectionFields.push(field)
    else if (field.name === '_logs') asksForLogs = true
    else if (field.name === '_meta' || field.name === '__typename') metaFields.push(field)
    else entityFields.push(field)
  }
  if (asksForLogs) throw noLogs(entityFields.length > 0)

  const answer = answerObject()
  if (snapshot && entityFields.length > 0) {
    const selections = new SelectionSet([api.queryType.name])
    const at = readPoint(block, snapshot)
    const fetchContext = { api, catalog, client: snapshot.client, limits, at }
    const pages = new Map<string, AnswerObject>()
    for (const field of entityFields) {
      if (!api.isPage(field.definition)) selections.push(field)
      else pages.set(field.responseKey, await pageField(field, fetchContext))
    }
    const fetched = await prefetch(selections, fetchContext)
    const errors = new ErrorCollector()
    for (const field of entityFields) {
      errors.run(() => {
        const page = pages.get(field.responseKey)
        if (page) {
          answer[field.responseKey] = page
          return
        }
        const nodes = fetched.get(field.responseKey) ?? []
        answer[field.responseKey] = completeChildren(nodes, field, catalog, null)
      })
    }
    errors.throwIfAny()
  }
  for (const field of metaFields) {
    answer[field.responseKey] =
      field.name === '__typename'
        ? api.queryType.name
        : await metaField(field, deployment, block, head, await hasIndexingErrors)
  }
  for (const field of introspectionFields) answer[field.responseKey] = introspect(field, api)
  return answer
}

function noLogs(besideEntities: boolean): QueryError {
  if (besideEntities) {
    return new QueryError(
      'The _logs query cannot be combined with other entity queries in the same request',
      { attestable: false },
    )
  }
  return new QueryError('Not supported: the `_logs` query is not enabled on this indexer')
}

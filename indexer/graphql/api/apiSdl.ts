import { rootFieldNames } from '../../names/rootFieldNames.ts'
import type { EntityModel, EnumType, Field } from '../../schema/entityModel.ts'
import { BUILTIN_QUERY_FIELDS, BUILTIN_TYPES } from './builtinTypes.ts'
import { baseTypeName, filterType } from './filterType.ts'
import { orderByType } from './orderByType.ts'

/** Directives that every API has; a schema may define them once more for its editor's sake. */
const BUILTIN_DIRECTIVES = /directive @(skip|include|entity|subgraphId|derivedFrom)\b/

/** The argument that chooses the block at which a root field is answered. */
export const BLOCK_ARGUMENT =
  '"The block at which the query should be executed. Can either be a `{ hash: Bytes }` value ' +
  'containing a block hash, a `{ number: Int }` containing the block number, or a ' +
  '`{ number_gte: Int }` containing the minimum block number. In the case of `number_gte`, the ' +
  'query will be executed on the latest block only if the subgraph has progressed to or past the ' +
  'minimum block number. Defaults to the latest block when omitted." block: Block_height'

/** The argument that chooses whether a root field is answered in spite of indexing errors. */
export const SUBGRAPH_ERROR_ARGUMENT =
  '"Set to `allow` to receive data even if the subgraph has skipped over errors while syncing." ' +
  'subgraphError: _SubgraphErrorPolicy_! = deny'

/**
 * The SDL of the API that is generated for a subgraph: its own types with arguments on their
 * collections, an order and a filter type each, and the root type.
 */
export function apiSdl(model: EntityModel): string {
  const { entities, interfaces, aggregations } = model
  const parts = model.extras.filter((sdl) => !BUILTIN_DIRECTIVES.test(sdl))
  for (const type of entities) parts.push(fieldedType('type', type, model, type.interfaces))
  for (const type of aggregations) parts.push(fieldedType('type', type, model))
  for (const type of interfaces) parts.push(fieldedType('interface', type, model))
  for (const type of model.enums) parts.push(enumType(type))
  parts.push(BUILTIN_TYPES)
  for (const type of [...entities, ...interfaces]) {
    parts.push(orderByType(type.name, type.fields, model))
    parts.push(filterType(type.name, type.fields, false))
  }
  for (const type of aggregations) {
    const aggregated = new Set(type.aggregates.map((aggregate) => aggregate.field))
    const plain = type.fields.filter((field) => !aggregated.has(field.name))
    const last = type.fields.filter((field) => aggregated.has(field.name))
    parts.push(orderByType(type.name, [...plain, ...last], model))
    parts.push(filterType(type.name, plain, true))
  }
  parts.push(queryType(model))
  return parts.join('\n\n')
}

function fieldedType(
  keyword: 'type' | 'interface',
  type: {
    readonly name: string
    readonly description: string | null
    readonly fields: readonly Field[]
  },
  model: EntityModel,
  interfaces: readonly string[] = [],
): string {
  const aggregationNames = new Set(model.aggregations.map((aggregation) => aggregation.name))
  const fields = type.fields.map((field) => {
    const isCollection = field.type.kind === 'list' && field.type.element.kind === 'reference'
    const target = baseTypeName(field)
    const args = isCollection
      ? `(${collectionArguments(target, aggregationNames.has(target)).join(', ')})`
      : ''
    return `${description(field.description)}${field.name}${args}: ${field.graphqlType}`
  })
  const implemented = interfaces.length > 0 ? ` implements ${interfaces.join(' & ')}` : ''
  const header = `${description(type.description)}${keyword} ${type.name}${implemented}`
  return `${header} {\n  ${fields.join('\n  ')}\n}`
}

function enumType(type: EnumType): string {
  return `${description(type.description)}enum ${type.name} {\n  ${type.values.join('\n  ')}\n}`
}

function collectionArguments(typeName: string, isAggregation: boolean): string[] {
  const order = [`orderBy: ${typeName}_orderBy`, 'orderDirection: OrderDirection']
  return [
    'skip: Int = 0',
    'first: Int = 100',
    ...(isAggregation
      ? ['interval: Aggregation_interval!', ...order, 'current: Aggregation_current']
      : order),
    `where: ${typeName}_filter`,
  ]
}

function queryType(model: EntityModel): string {
  const fields: string[] = []
  for (const { name } of [...model.entities, ...model.interfaces]) {
    const { singular, plural } = rootFieldNames(name)
    const one = ['id: ID!', BLOCK_ARGUMENT, SUBGRAPH_ERROR_ARGUMENT]
    const many = [...collectionArguments(name, false), BLOCK_ARGUMENT, SUBGRAPH_ERROR_ARGUMENT]
    fields.push(`${singular}(${one.join(', ')}): ${name}`)
    fields.push(`${plural}(${many.join(', ')}): [${name}!]!`)
  }
  for (const { name } of model.aggregations) {
    const args = [...collectionArguments(name, true), BLOCK_ARGUMENT, SUBGRAPH_ERROR_ARGUMENT]
    const about = `Collection of aggregated \`${name}\` values`
    fields.push(
      `${description(about)}${rootFieldNames(name).plural}(${args.join(', ')}): [${name}!]!`,
    )
  }
  for (const { name, entity } of model.fulltext) {
    const args = ['text: String!', 'first: Int = 100', 'skip: Int = 0', BLOCK_ARGUMENT]
    args.push(`where: ${entity}_filter`, SUBGRAPH_ERROR_ARGUMENT)
    fields.push(`${name}(${args.join(', ')}): [${entity}!]!`)
  }
  return `type Query {\n  ${fields.join('\n  ')}\n${BUILTIN_QUERY_FIELDS}\n}`
}

function description(text: string | null): string {
  return text === null ? '' : `${JSON.stringify(text)} `
}

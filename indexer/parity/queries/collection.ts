import {
  type GraphQLField,
  type GraphQLInputObjectType,
  GraphQLList,
  type GraphQLNamedOutputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql'

/** A field that answers a list of entities. */
export interface Collection {
  readonly name: string
  readonly type: GraphQLNamedOutputType & {
    getFields(): Record<string, GraphQLField<never, never>>
  }
  readonly field: GraphQLField<never, never>
  readonly filter: GraphQLInputObjectType
  readonly isAggregation: boolean
  /** Whether it searches text instead of listing all. */
  readonly isSearch: boolean
}

/** Root fields of a generated API that answer lists of entities. */
export function collections(schema: GraphQLSchema): Collection[] {
  return Object.values(schema.getQueryType()?.getFields() ?? {}).flatMap((field) => {
    const collection = asCollection(field as GraphQLField<never, never>)
    return collection ? [collection] : []
  })
}

/** A field as a collection, if it is one. */
export function asCollection(field: GraphQLField<never, never>): Collection | null {
  const where = field.args.find(({ name }) => name === 'where')
  const type = getNamedType(field.type)
  const filter = where && getNamedType(where.type)
  if (!isInputObjectType(filter) || isUnionType(type)) return null
  if (!isObjectType(type) && !isInterfaceType(type)) return null
  return {
    name: field.name,
    type: type as unknown as Collection['type'],
    field,
    filter,
    isAggregation: field.args.some(({ name }) => name === 'interval'),
    isSearch: field.args.some(({ name }) => name === 'text'),
  }
}

/** Fields of a type without fields of their own. */
export function leafFields(type: Collection['type']): GraphQLField<never, never>[] {
  return Object.values(type.getFields()).filter((field) => !isComposite(field.type))
}

/** Fields of a type with fields of their own. */
export function branchFields(type: Collection['type']): GraphQLField<never, never>[] {
  return Object.values(type.getFields()).filter((field) => isComposite(field.type))
}

export function isListType(type: GraphQLOutputType): boolean {
  return getNullableType(type) instanceof GraphQLList
}

function isComposite(type: GraphQLOutputType): boolean {
  return isCompositeType(getNamedType(type))
}

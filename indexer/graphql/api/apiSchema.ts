import {
  buildASTSchema,
  extendSchema,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  parse,
  printSchema,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql'
import type { EntityModel } from '../../schema/entityModel.ts'
import { apiSdl } from './apiSdl.ts'
import { extensionSdl, pageTypeName } from './extensionSdl.ts'

/** A type with fields. */
export type FieldedType = GraphQLObjectType | GraphQLInterfaceType

/** Directives that graphql-js adds by itself and that are no part of this API. */
const FOREIGN_DIRECTIVES = new Set(['deprecated', 'specifiedBy', 'oneOf'])

/** The API that is generated for a subgraph, ready to be looked things up in. */
export class ApiSchema {
  /** All that can be asked for. */
  readonly schema: GraphQLSchema
  /** What introspection shows: graph-node's API, without what this host adds to it. */
  readonly introspected: GraphQLSchema
  readonly queryType: GraphQLObjectType
  /** Names of the types of pages. */
  readonly #pages: ReadonlySet<string>

  constructor(model: EntityModel) {
    const built = buildASTSchema(parse(apiSdl(model)), { assumeValid: true })
    const directives = built.getDirectives().filter((known) => !FOREIGN_DIRECTIVES.has(known.name))
    this.introspected = new GraphQLSchema({ ...built.toConfig(), directives })
    const extensions = parse(extensionSdl(model))
    this.schema = extendSchema(this.introspected, extensions, { assumeValid: true })
    this.#pages = new Set(
      [...model.entities, ...model.interfaces].map(({ name }) => pageTypeName(name)),
    )
    this.queryType = this.schema.getQueryType() as GraphQLObjectType
  }

  /** The whole schema as SDL text. */
  print(): string {
    return printSchema(this.schema)
  }

  fieldedType(name: string): FieldedType | undefined {
    const type = this.schema.getType(name)
    return isObjectType(type) || isInterfaceType(type) ? type : undefined
  }

  /** A field of a type; `__typename`, `__schema` and `__type` are fields of every type here. */
  field(type: FieldedType, name: string): GraphQLField<unknown, unknown> | undefined {
    switch (name) {
      case '__typename':
        return TypeNameMetaFieldDef
      case '__schema':
        return SchemaMetaFieldDef
      case '__type':
        return TypeMetaFieldDef
      default:
        return type.getFields()[name]
    }
  }

  /** Whether a field leads to a page of entities. */
  isPage(field: GraphQLField<unknown, unknown>): boolean {
    return this.isPageType(this.baseTypeName(field.type))
  }

  isPageType(name: string): boolean {
    return this.#pages.has(name)
  }

  /** Names of the object types that a type stands for: itself, or an interface's implementers. */
  concreteTypes(name: string): string[] {
    const type = this.schema.getType(name)
    if (isInterfaceType(type)) {
      return this.schema.getPossibleTypes(type).map((possible) => possible.name)
    }
    return isObjectType(type) ? [type.name] : []
  }

  namedType(type: GraphQLOutputType): GraphQLNamedType {
    return getNamedType(type)
  }

  baseTypeName(type: GraphQLOutputType): string {
    return getNamedType(type).name
  }

  isList(type: GraphQLOutputType): boolean {
    return isListType(getNullableType(type))
  }
}

import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql'
import { snakeCase } from '../names/snakeCase.ts'
import type {
  Aggregate,
  AggregationInterval,
  AggregationType,
  EntityModel,
  EntityType,
  EnumType,
  Field,
  FulltextSearch,
  IdType,
  InterfaceType,
  ValueType,
} from './entityModel.ts'
import { SchemaError } from './schemaError.ts'
import { AGGREGATE_FUNCTIONS } from './validate/aggregateProblem.ts'
import { FULLTEXT_LANGUAGES } from './validate/fulltextLanguages.ts'
import { interfaceProblem } from './validate/interfaceProblem.ts'
import { scalarType } from './validate/scalarType.ts'
import { argument, directive, type FieldedNode, SchemaDocument } from './validate/schemaDocument.ts'
import { schemaProblems } from './validate/schemaProblems.ts'

/** The newest specVersion whose rules this host knows. */
const LATEST = '1.3.0'

/**
 * Reads a subgraph's `schema.graphql`.
 *
 * @param specVersion of the manifest, as some of what a schema may use came with a later one.
 * @throws {SchemaError} when the text is no GraphQL or breaks a rule of subgraph schemas.
 * @example parseSchema('type Token @entity(immutable: false) { id: Bytes! }').entities[0].table // 'token'
 */
export function parseSchema(sdl: string, specVersion = LATEST): EntityModel {
  const definitions = parseDocument(sdl)
  const schema = new SchemaDocument(definitions)
  const mistaken = interfaceProblem(schema)
  if (mistaken !== null) throw new SchemaError(mistaken)
  const problems = schemaProblems(schema, specVersion)
  if (problems.length > 0) throw SchemaError.of(problems)
  checkNames(schema.types)

  const context = new Context(schema)
  const { schemaType } = schema
  const model = {
    entities: schema.entities.map((node) => readEntity(node, context)),
    interfaces: schema.interfaces.map((node) => readInterface(node, context)),
    enums: definitions.filter((node) => node.kind === Kind.ENUM_TYPE_DEFINITION).map(readEnum),
    fulltext: schemaType ? readFulltext(schemaType) : [],
    aggregations: schema.aggregations.map((node) => readAggregation(node, context)),
    extras: definitions.filter(isExtra).map(print),
  }
  checkDerivedFields(model)
  return model
}

/** What graph-node lets pass and then cannot answer queries about. */
function checkDerivedFields({ entities, interfaces, aggregations }: EntityModel): void {
  const types = new Map(
    [...entities, ...interfaces, ...aggregations].map((type) => [type.name, type]),
  )
  for (const type of types.values()) {
    for (const field of type.fields) {
      if (field.derivedFrom === null) continue
      const target = field.type.kind === 'list' ? field.type.element : field.type
      const back = types.get(target.name)?.fields.find((own) => own.name === field.derivedFrom)
      if (!back || back.derivedFrom !== null) {
        throw new SchemaError(
          `\`${type.name}.${field.name}\`: @derivedFrom refers to ` +
            `\`${target.name}.${field.derivedFrom}\`, which is no stored field of that type`,
        )
      }
    }
  }
}

function checkNames(nodes: readonly TypeDefinitionNode[]): void {
  const names = new Set<string>()
  for (const { name } of nodes) {
    if (names.has(name.value)) {
      throw new SchemaError(`type \`${name.value}\` is defined twice: rename one of them`)
    }
    names.add(name.value)
  }
}

function parseDocument(sdl: string): readonly DefinitionNode[] {
  try {
    return parse(sdl).definitions
  } catch (cause) {
    throw new SchemaError(`the schema cannot be parsed: ${(cause as Error).message}`, { cause })
  }
}

function isExtra({ kind }: DefinitionNode): boolean {
  return kind === Kind.DIRECTIVE_DEFINITION || kind === Kind.INPUT_OBJECT_TYPE_DEFINITION
}

class Context {
  readonly #schema: SchemaDocument

  constructor(schema: SchemaDocument) {
    this.#schema = schema
  }

  implementers(name: string): ObjectTypeDefinitionNode[] {
    return this.#schema.implementers(name)
  }

  /** An interface has the id type of its implementers, which agree. */
  idType(node: FieldedNode): IdType {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION) return ownIdType(node)
    const [first] = this.implementers(node.name.value)
    return first ? ownIdType(first) : 'String'
  }

  valueType(type: TypeNode, owner: string): ValueType {
    if (type.kind === Kind.NON_NULL_TYPE) return this.valueType(type.type, owner)
    if (type.kind === Kind.LIST_TYPE) {
      const element = this.valueType(type.type, owner)
      if (element.kind === 'list') {
        throw new SchemaError(`${owner} is a list of lists, which is not supported`)
      }
      return { kind: 'list', name: element.name, element }
    }
    const name = type.name.value
    const scalar = scalarType(name)
    if (scalar) return { kind: 'scalar', name: scalar }
    const node = this.#schema.fielded(name)
    return node ? { kind: 'reference', name, idType: this.idType(node) } : { kind: 'enum', name }
  }
}

function ownIdType(node: FieldedNode): IdType {
  const id = node.fields?.find((field) => field.name.value === 'id')
  if (!id) throw new SchemaError(`type \`${node.name.value}\` has no field \`id\`: add one`)
  const type = id.type
  if (type.kind === Kind.NON_NULL_TYPE && type.type.kind === Kind.NAMED_TYPE) {
    const name = type.type.name.value
    if (name === 'ID' || name === 'String') return 'String'
    if (name === 'Bytes' || name === 'Int8') return name
  }
  throw new SchemaError(
    `\`${node.name.value}.id\` is \`${print(type)}\`: an id is \`ID!\`, \`String!\`, \`Bytes!\` or \`Int8!\``,
  )
}

function readFields(node: FieldedNode, context: Context): Field[] {
  const seen = new Set<string>()
  return (node.fields ?? []).map((field) => {
    const owner = `\`${node.name.value}.${field.name.value}\``
    if (seen.has(field.name.value)) throw new SchemaError(`${owner} is defined twice`)
    seen.add(field.name.value)
    return readField(field, owner, context)
  })
}

function readField(field: FieldDefinitionNode, owner: string, context: Context): Field {
  const derived = directive(field, 'derivedFrom')
  return {
    name: field.name.value,
    column: snakeCase(field.name.value),
    type: context.valueType(field.type, owner),
    nullable: field.type.kind !== Kind.NON_NULL_TYPE,
    derivedFrom: derived ? textArgument(derived, 'field') : null,
    graphqlType: print(field.type),
    description: field.description?.value ?? null,
  }
}

function readEntity(node: ObjectTypeDefinitionNode, context: Context): EntityType {
  const name = node.name.value
  const entity = directive(node, 'entity') as ConstDirectiveNode
  const timeseries = isTrue(entity, 'timeseries')
  return {
    name,
    table: snakeCase(name),
    immutable: argument(entity, 'immutable') ? isTrue(entity, 'immutable') : timeseries,
    timeseries,
    skipDuplicates: isTrue(entity, 'skipDuplicates'),
    idType: ownIdType(node),
    fields: readFields(node, context),
    interfaces: (node.interfaces ?? []).map((implemented) => implemented.name.value),
    description: node.description?.value ?? null,
  }
}

function readInterface(node: InterfaceTypeDefinitionNode, context: Context): InterfaceType {
  const name = node.name.value
  const implementers = context.implementers(name)
  return {
    name,
    idType: context.idType(node),
    fields: readFields(node, context),
    implementers: implementers.map((implementer) => implementer.name.value),
    description: node.description?.value ?? null,
  }
}

function readEnum(node: EnumTypeDefinitionNode): EnumType {
  const values = (node.values ?? []).map((value) => value.name.value)
  const twice = values.find((value, index) => values.indexOf(value) !== index)
  if (twice !== undefined) {
    throw new SchemaError(`enum \`${node.name.value}\` has the value \`${twice}\` twice`)
  }
  return {
    name: node.name.value,
    sqlName: snakeCase(node.name.value),
    values,
    description: node.description?.value ?? null,
  }
}

function readAggregation(node: ObjectTypeDefinitionNode, context: Context): AggregationType {
  const name = node.name.value
  const given = directive(node, 'aggregation') as ConstDirectiveNode
  const intervals = toPlain(argument(given, 'intervals')) as AggregationInterval[]
  const aggregates: Aggregate[] = []
  const dimensions: string[] = []
  for (const field of node.fields ?? []) {
    const aggregate = directive(field, 'aggregate')
    if (aggregate) aggregates.push(readAggregate(field.name.value, aggregate))
    else if (field.name.value !== 'id' && field.name.value !== 'timestamp') {
      dimensions.push(field.name.value)
    }
  }
  const tables = Object.fromEntries(intervals.map((i) => [i, snakeCase(`${name}_${i}`)]))
  return {
    name,
    source: textArgument(given, 'source'),
    intervals,
    tables,
    idType: ownIdType(node),
    fields: readFields(node, context),
    dimensions,
    aggregates,
    description: node.description?.value ?? null,
  }
}

function readAggregate(field: string, node: ConstDirectiveNode): Aggregate {
  const fn = AGGREGATE_FUNCTIONS.find((known) => known === textArgument(node, 'fn'))
  const arg = argument(node, 'arg') ? textArgument(node, 'arg') : ''
  return { field, fn: fn as Aggregate['fn'], arg, cumulative: isTrue(node, 'cumulative') }
}

function readFulltext(node: ObjectTypeDefinitionNode): FulltextSearch[] {
  return (node.directives ?? []).flatMap((given) => {
    const name = textArgument(given, 'name')
    const included = toPlain(argument(given, 'include')) as {
      entity: string
      fields: { name: string }[]
    }[]
    return included.map(({ entity, fields }) => ({
      name,
      column: snakeCase(name),
      entity,
      language: FULLTEXT_LANGUAGES[textArgument(given, 'language')],
      algorithm: textArgument(given, 'algorithm') as FulltextSearch['algorithm'],
      fields: fields.map((field) => field.name),
    }))
  })
}

function textArgument(node: ConstDirectiveNode, name: string): string {
  return String(toPlain(argument(node, name)))
}

function isTrue(node: ConstDirectiveNode, name: string): boolean {
  return toPlain(argument(node, name)) === true
}

function toPlain(node: ConstValueNode | undefined): unknown {
  if (node === undefined) return undefined
  switch (node.kind) {
    case Kind.LIST:
      return node.values.map(toPlain)
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.map((field) => [field.name.value, toPlain(field.value)]),
      )
    case Kind.NULL:
      return null
    default:
      return node.value
  }
}

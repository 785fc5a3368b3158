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
  ScalarName,
  ValueType,
} from './entityModel.ts'
import { SchemaError } from './schemaError.ts'

type Fielded = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

const SCALARS: ReadonlyMap<string, ScalarName> = new Map([
  ['Boolean', 'Boolean'],
  ['Int', 'Int'],
  ['Int8', 'Int8'],
  ['BigInt', 'BigInt'],
  ['BigDecimal', 'BigDecimal'],
  ['String', 'String'],
  ['ID', 'String'],
  ['Bytes', 'Bytes'],
  ['Timestamp', 'Timestamp'],
])

/** `@fulltext(language:)` codes and the Postgres text search configurations that they stand for. */
const LANGUAGES: Readonly<Record<string, string>> = {
  simple: 'simple',
  da: 'danish',
  nl: 'dutch',
  en: 'english',
  fi: 'finnish',
  fr: 'french',
  de: 'german',
  hu: 'hungarian',
  it: 'italian',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  es: 'spanish',
  sv: 'swedish',
  tr: 'turkish',
}

/**
 * Reads a subgraph's `schema.graphql`.
 *
 * @throws {SchemaError} when the text is no GraphQL or breaks a rule of subgraph schemas.
 * @example parseSchema('type Token @entity(immutable: false) { id: Bytes! }').entities[0].table // 'token'
 */
export function parseSchema(sdl: string): EntityModel {
  const definitions = parseDocument(sdl)
  const objects = definitions.filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION)
  const interfaceNodes = definitions.filter((node) => node.kind === Kind.INTERFACE_TYPE_DEFINITION)
  const enumNodes = definitions.filter((node) => node.kind === Kind.ENUM_TYPE_DEFINITION)
  const names = new Map<string, Fielded>()
  for (const node of [...objects, ...interfaceNodes]) {
    if (names.has(node.name.value)) {
      throw new SchemaError(`type \`${node.name.value}\` is defined twice: rename one of them`)
    }
    names.set(node.name.value, node)
  }
  const context = new Context(names, objects, new Set(enumNodes.map((node) => node.name.value)))

  const entities: EntityType[] = []
  const aggregations: AggregationType[] = []
  let fulltext: FulltextSearch[] = []
  for (const node of objects) {
    if (node.name.value === '_Schema_') fulltext = readFulltext(node)
    else if (directive(node, 'entity')) entities.push(readEntity(node, context))
    else if (directive(node, 'aggregation')) aggregations.push(readAggregation(node, context))
    else {
      throw new SchemaError(
        `type \`${node.name.value}\` has neither @entity nor @aggregation: add one of them`,
      )
    }
  }
  const interfaces = interfaceNodes.map((node) => readInterface(node, context))
  const model = {
    entities,
    interfaces,
    enums: enumNodes.map(readEnum),
    fulltext,
    aggregations,
    extras: definitions.filter(isExtra).map(print),
  }
  checkDerivedFields(model)
  checkFulltext(model)
  return model
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
  readonly #types: ReadonlyMap<string, Fielded>
  readonly #objects: readonly ObjectTypeDefinitionNode[]
  readonly #enums: ReadonlySet<string>

  constructor(
    types: ReadonlyMap<string, Fielded>,
    objects: readonly ObjectTypeDefinitionNode[],
    enums: ReadonlySet<string>,
  ) {
    this.#types = types
    this.#objects = objects
    this.#enums = enums
  }

  implementers(name: string): ObjectTypeDefinitionNode[] {
    return this.#objects.filter((node) => node.interfaces?.some((i) => i.name.value === name))
  }

  /** An interface has the id type of its implementers, which must agree. */
  idType(name: string): IdType {
    const node = this.#types.get(name)
    if (!node) throw new SchemaError(`there is no type \`${name}\``)
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION) return ownIdType(node)
    const types = new Set(this.implementers(name).map(ownIdType))
    if (types.size > 1) {
      throw new SchemaError(
        `the implementers of interface \`${name}\` have ids of different types ` +
          `(${[...types].join(', ')}): give them one type`,
      )
    }
    return [...types][0] ?? 'String'
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
    const scalar = SCALARS.get(name)
    if (scalar) return { kind: 'scalar', name: scalar }
    if (this.#enums.has(name)) return { kind: 'enum', name }
    if (this.#types.has(name)) return { kind: 'reference', name, idType: this.idType(name) }
    throw new SchemaError(
      `${owner} has the unknown type \`${name}\`: define it or correct the name`,
    )
  }
}

function ownIdType(node: Fielded): IdType {
  const id = node.fields?.find((field) => field.name.value === 'id')
  if (!id) {
    throw new SchemaError(`type \`${node.name.value}\` has no field \`id\`: add \`id: Bytes!\``)
  }
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

function readFields(node: Fielded, context: Context): Field[] {
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
  const derivedFrom = derived ? stringArgument(derived, 'field') : null
  if (derived && derivedFrom === null) {
    throw new SchemaError(`${owner}: @derivedFrom needs the argument \`field\``)
  }
  return {
    name: field.name.value,
    column: snakeCase(field.name.value),
    type: context.valueType(field.type, owner),
    nullable: field.type.kind !== Kind.NON_NULL_TYPE,
    derivedFrom,
    graphqlType: print(field.type),
    description: field.description?.value ?? null,
  }
}

function readEntity(node: ObjectTypeDefinitionNode, context: Context): EntityType {
  const name = node.name.value
  const entity = directive(node, 'entity') as ConstDirectiveNode
  const timeseries = booleanArgument(entity, 'timeseries')
  const immutableGiven = entity.arguments?.some((arg) => arg.name.value === 'immutable')
  const immutable = immutableGiven ? booleanArgument(entity, 'immutable') : timeseries
  const skipDuplicates = booleanArgument(entity, 'skipDuplicates')
  if (timeseries && !immutable) {
    throw new SchemaError(`timeseries \`${name}\` must be immutable: drop \`immutable: false\``)
  }
  if (skipDuplicates && !immutable) {
    throw new SchemaError(`\`${name}\` has skipDuplicates and is mutable: make it immutable`)
  }
  const interfaces = (node.interfaces ?? []).map((implemented) => implemented.name.value)
  const type = {
    name,
    table: snakeCase(name),
    immutable,
    timeseries,
    skipDuplicates,
    idType: ownIdType(node),
    fields: readFields(node, context),
    interfaces,
    description: node.description?.value ?? null,
  }
  if (timeseries) checkTimeseries(type)
  return type
}

function checkTimeseries(type: EntityType): void {
  if (type.idType !== 'Int8') {
    throw new SchemaError(`timeseries \`${type.name}\` must have \`id: Int8!\``)
  }
  const timestamp = type.fields.find((field) => field.name === 'timestamp')
  if (timestamp?.graphqlType !== 'Timestamp!') {
    throw new SchemaError(`timeseries \`${type.name}\` must have \`timestamp: Timestamp!\``)
  }
}

function readInterface(node: InterfaceTypeDefinitionNode, context: Context): InterfaceType {
  const name = node.name.value
  const fields = readFields(node, context)
  const implementers = context.implementers(name)
  for (const implementer of implementers) {
    for (const field of fields) {
      if (!implementer.fields?.some((own) => own.name.value === field.name)) {
        throw new SchemaError(
          `\`${implementer.name.value}\` implements \`${name}\` but lacks ` +
            `\`${field.name}: ${field.graphqlType}\`: add the field`,
        )
      }
    }
  }
  return {
    name,
    idType: context.idType(name),
    fields,
    implementers: implementers.map((implementer) => implementer.name.value),
    description: node.description?.value ?? null,
  }
}

function readEnum(node: EnumTypeDefinitionNode): EnumType {
  return {
    name: node.name.value,
    sqlName: snakeCase(node.name.value),
    values: (node.values ?? []).map((value) => value.name.value),
    description: node.description?.value ?? null,
  }
}

function readAggregation(node: ObjectTypeDefinitionNode, context: Context): AggregationType {
  const name = node.name.value
  const given = directive(node, 'aggregation') as ConstDirectiveNode
  const source = stringArgument(given, 'source')
  if (source === null)
    throw new SchemaError(`aggregation \`${name}\` needs the argument \`source\``)
  const intervals = listArgument(given, 'intervals').map((value) => readInterval(value, name))
  if (intervals.length === 0) {
    throw new SchemaError(`aggregation \`${name}\` has no intervals: give "hour", "day" or both`)
  }
  const aggregates: Aggregate[] = []
  const dimensions: string[] = []
  for (const field of node.fields ?? []) {
    const aggregate = directive(field, 'aggregate')
    if (aggregate) aggregates.push(readAggregate(field.name.value, aggregate, name))
    else if (field.name.value !== 'id' && field.name.value !== 'timestamp') {
      dimensions.push(field.name.value)
    }
  }
  if (aggregates.length === 0) {
    throw new SchemaError(`aggregation \`${name}\` has no field with @aggregate: add one`)
  }
  const tables = Object.fromEntries(intervals.map((i) => [i, snakeCase(`${name}_${i}`)]))
  return {
    name,
    source,
    intervals,
    tables,
    idType: ownIdType(node),
    fields: readFields(node, context),
    dimensions,
    aggregates,
    description: node.description?.value ?? null,
  }
}

function readInterval(value: string, owner: string): AggregationInterval {
  if (value === 'hour' || value === 'hourly') return 'hour'
  if (value === 'day' || value === 'daily') return 'day'
  throw new SchemaError(`aggregation \`${owner}\`: unknown interval "${value}", use hour or day`)
}

const AGGREGATE_FUNCTIONS = ['sum', 'max', 'min', 'count', 'first', 'last'] as const

function readAggregate(field: string, node: ConstDirectiveNode, owner: string): Aggregate {
  const given = stringArgument(node, 'fn')
  const fn = AGGREGATE_FUNCTIONS.find((known) => known === given)
  if (!fn) {
    throw new SchemaError(
      `\`${owner}.${field}\`: @aggregate needs \`fn\`, one of ${AGGREGATE_FUNCTIONS.join(', ')}`,
    )
  }
  const arg = stringArgument(node, 'arg')
  if (arg === null && fn !== 'count') {
    throw new SchemaError(
      `\`${owner}.${field}\`: aggregate function ${fn} needs the argument \`arg\``,
    )
  }
  return { field, fn, arg: arg ?? '', cumulative: booleanArgument(node, 'cumulative') }
}

function readFulltext(node: ObjectTypeDefinitionNode): FulltextSearch[] {
  const searches: FulltextSearch[] = []
  for (const given of node.directives ?? []) {
    if (given.name.value !== 'fulltext') continue
    const name = stringArgument(given, 'name')
    const code = stringArgument(given, 'language')
    const algorithm = stringArgument(given, 'algorithm')
    if (name === null || code === null || algorithm === null) {
      throw new SchemaError('@fulltext needs the arguments name, language, algorithm and include')
    }
    const language = LANGUAGES[code]
    if (!language) throw new SchemaError(`@fulltext \`${name}\`: unknown language \`${code}\``)
    if (algorithm !== 'rank' && algorithm !== 'proximityRank') {
      throw new SchemaError(`@fulltext \`${name}\`: the algorithm is \`rank\` or \`proximityRank\``)
    }
    const include = given.arguments?.find((arg) => arg.name.value === 'include')?.value
    for (const item of include?.kind === Kind.LIST ? include.values : []) {
      const parts = toPlain(item) as { entity?: string; fields?: { name?: string }[] }
      searches.push({
        name,
        column: snakeCase(name),
        entity: parts.entity ?? '',
        language,
        algorithm,
        fields: (parts.fields ?? []).map((field) => field.name ?? ''),
      })
    }
  }
  return searches
}

function checkFulltext(model: EntityModel): void {
  for (const search of model.fulltext) {
    const entity = model.entities.find((type) => type.name === search.entity)
    if (!entity) {
      throw new SchemaError(`@fulltext \`${search.name}\`: there is no entity \`${search.entity}\``)
    }
    for (const name of search.fields) {
      const field = entity.fields.find((own) => own.name === name)
      if (field?.type.kind !== 'scalar' || field.type.name !== 'String') {
        throw new SchemaError(
          `@fulltext \`${search.name}\`: \`${entity.name}.${name}\` is not a String field`,
        )
      }
    }
  }
}

function checkDerivedFields(model: EntityModel): void {
  const types = new Map(
    [...model.entities, ...model.interfaces, ...model.aggregations].map((type) => [
      type.name,
      type,
    ]),
  )
  for (const type of types.values()) {
    for (const field of type.fields) {
      if (field.derivedFrom === null) continue
      const target = field.type.kind === 'list' ? field.type.element : field.type
      const owner = `\`${type.name}.${field.name}\``
      if (target.kind !== 'reference') {
        throw new SchemaError(`${owner}: @derivedFrom needs a field of an entity type`)
      }
      const back = types.get(target.name)?.fields.find((own) => own.name === field.derivedFrom)
      if (!back || back.derivedFrom !== null) {
        throw new SchemaError(
          `${owner}: @derivedFrom refers to \`${target.name}.${field.derivedFrom}\`, ` +
            'which is no stored field of that type',
        )
      }
    }
  }
}

function directive(
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): ConstDirectiveNode | undefined {
  return node.directives?.find((given) => given.name.value === name)
}

function argument(node: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return node.arguments?.find((arg) => arg.name.value === name)?.value
}

function stringArgument(node: ConstDirectiveNode, name: string): string | null {
  const value = argument(node, name)
  if (value?.kind === Kind.STRING || value?.kind === Kind.ENUM) return value.value
  return null
}

function booleanArgument(node: ConstDirectiveNode, name: string): boolean {
  const value = argument(node, name)
  if (value === undefined) return false
  if (value.kind === Kind.BOOLEAN) return value.value
  throw new SchemaError(`@${node.name.value}: \`${name}\` must be true or false`)
}

function listArgument(node: ConstDirectiveNode, name: string): string[] {
  const value = argument(node, name)
  return value?.kind === Kind.LIST ? value.values.map((item) => String(toPlain(item))) : []
}

function toPlain(node: ConstValueNode): unknown {
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

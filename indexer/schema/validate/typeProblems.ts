import { Kind } from 'graphql'
import { scalarType } from './scalarType.ts'
import { baseType, directive, fieldOf, SCHEMA_TYPE, type SchemaDocument } from './schemaDocument.ts'

/** Object types that are neither entities nor aggregations. */
export function extraTypes(schema: SchemaDocument): string[] {
  const extra = schema.objects.filter(
    (node) =>
      !directive(node, 'entity') &&
      !directive(node, 'aggregation') &&
      node.name.value !== SCHEMA_TYPE,
  )
  if (extra.length === 0) return []
  const names = extra.map((node) => node.name.value).join(', ')
  return [`@entity directive missing on the following types: \`${names}\``]
}

/** What `_Schema_` has beside searches. */
export function schemaTypeProblems({ schemaType }: SchemaDocument): string[] {
  const problems: string[] = []
  if (schemaType?.fields?.length) {
    problems.push('_Schema_ type is only for @fulltext and must not have any fields')
  }
  if (schemaType?.directives?.some((given) => given.name.value !== 'fulltext')) {
    problems.push('The _Schema_ type only allows @fulltext directives')
  }
  return problems
}

const RESERVED = [
  ...['Boolean', 'ID', 'Int', 'BigDecimal', 'String', 'Bytes', 'BigInt'],
  ...['Query', 'Subscription'],
]

/** Types with names that the query API gives its own. */
export function reservedTypes(schema: SchemaDocument): string[] {
  const names = [...schema.objects, ...schema.interfaces].map((node) => node.name.value)
  const reserved = [
    ...RESERVED,
    ...names.map((name) => `${name}_filter`),
    ...names.map((name) => `${name}_orderBy`),
  ]
  const used = reserved.filter((name) => schema.has(name))
  if (used.length === 0) return []
  return [`The following type names are reserved: \`${used.join(', ')}\``]
}

/** The first interface whose implementers have ids of different types. */
export function interfaceIds(schema: SchemaDocument): string[] {
  const names = schema.interfaces.map((node) => node.name.value).sort()
  for (const name of names) {
    const ids = schema.implementers(name).flatMap((node) => fieldOf(node, 'id') ?? [])
    const types = new Set(
      ids.map((id) => baseType(id.type)).map((id) => (id === 'ID' ? 'String' : id)),
    )
    if (types.size < 2) continue
    const list = [...types].join(', ')
    return [
      `Implementors of interface \`${name}\` use different id types \`${list}\`. They must all use the same type`,
    ]
  }
  return []
}

/** Fields of types that there are not. */
export function unknownFieldTypes(schema: SchemaDocument): string[] {
  return [...schema.objects, ...schema.interfaces].flatMap((node) =>
    (node.fields ?? []).flatMap((field) => {
      const name = baseType(field.type)
      const isEnum = schema.types.some(
        (type) => type.kind === Kind.ENUM_TYPE_DEFINITION && type.name.value === name,
      )
      if (scalarType(name) || schema.fielded(name) || isEnum) return []
      return [
        `Type \`${node.name.value}\`, field \`${field.name.value}\`: type \`${name}\` is not defined`,
      ]
    }),
  )
}

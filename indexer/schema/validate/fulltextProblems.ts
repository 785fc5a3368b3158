import { type ConstDirectiveNode, type ConstValueNode, Kind } from 'graphql'
import { rootFieldNames } from '../../names/rootFieldNames.ts'
import { FULLTEXT_LANGUAGES } from './fulltextLanguages.ts'
import { scalarType } from './scalarType.ts'
import { argument, baseType, fieldOf, type SchemaDocument } from './schemaDocument.ts'

const BAD_INCLUDE =
  "Fulltext 'include' object must contain 'entity' (String) and 'fields' (List) attributes"

/** What is wrong with each `@fulltext`: its name, language, algorithm and fields. */
export function fulltextProblems(schema: SchemaDocument): string[] {
  const searches = (schema.schemaType?.directives ?? []).filter(
    (given) => given.name.value === 'fulltext',
  )
  return searches.flatMap((search) =>
    [
      nameProblem(search, searches, schema),
      languageProblem(search),
      algorithmProblem(search),
      includeProblem(search, schema),
    ].filter((problem) => problem !== null),
  )
}

function nameProblem(
  search: ConstDirectiveNode,
  searches: readonly ConstDirectiveNode[],
  schema: SchemaDocument,
): string | null {
  const given = argument(search, 'name')
  if (given?.kind !== Kind.STRING) return 'Fulltext directive name undefined'
  const name = given.value
  const isTaken = schema.entities.some((node) =>
    node.fields?.some((field) => {
      const { singular, plural } = rootFieldNames(field.name.value)
      return [singular, plural, field.name.value].includes(name)
    }),
  )
  if (isTaken) {
    return `Fulltext directive name overlaps with an existing entity field or a top-level query field: ${name}`
  }
  const same = searches.filter((other) => {
    const theirs = argument(other, 'name')
    return theirs?.kind === Kind.STRING && theirs.value === name
  })
  return same.length > 1 ? `Fulltext directive name overlaps with type: ${name}` : null
}

function languageProblem(search: ConstDirectiveNode): string | null {
  const given = argument(search, 'language')
  if (given?.kind !== Kind.ENUM) return 'Fulltext language is undefined'
  if (Object.hasOwn(FULLTEXT_LANGUAGES, given.value)) return null
  return `Fulltext language is invalid: ${given.value}`
}

function algorithmProblem(search: ConstDirectiveNode): string | null {
  const given = argument(search, 'algorithm')
  if (given?.kind !== Kind.ENUM) return 'Fulltext algorithm is undefined'
  if (given.value === 'rank' || given.value === 'proximityRank') return null
  return `Fulltext algorithm is invalid: ${given.value}`
}

function includeProblem(search: ConstDirectiveNode, schema: SchemaDocument): string | null {
  const given = argument(search, 'include')
  if (given?.kind !== Kind.LIST || given.values.length === 0) {
    return "Fulltext directive requires an 'include' list"
  }
  for (const included of given.values) {
    if (included.kind !== Kind.OBJECT) return "Fulltext 'include' list must contain an object"
    const entity = attribute(included, 'entity')
    const fields = attribute(included, 'fields')
    if (entity?.kind !== Kind.STRING || fields?.kind !== Kind.LIST) return BAD_INCLUDE
    const node = schema.entities.find((type) => type.name.value === entity.value)
    if (!node) return 'Fulltext directive includes an entity not found on the subgraph schema'
    for (const value of fields.values) {
      if (value.kind !== Kind.OBJECT) return BAD_INCLUDE
      const name = attribute(value, 'name')
      if (name?.kind !== Kind.STRING) return "Fulltext include field must have a 'name' attribute"
      const field = fieldOf(node, name.value)
      if (!field || scalarType(baseType(field.type)) !== 'String') {
        return `Fulltext entity field, ${name.value}, not found or not a string`
      }
    }
  }
  return null
}

function attribute(value: ConstValueNode, name: string): ConstValueNode | undefined {
  if (value.kind !== Kind.OBJECT) return undefined
  return value.fields.find((field) => field.name.value === name)?.value
}

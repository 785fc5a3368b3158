import { type ConstDirectiveNode, Kind, type ObjectTypeDefinitionNode } from 'graphql'
import { compareVersions } from '../../manifest/version.ts'
import { aggregateProblem } from './aggregateProblem.ts'
import { idTypeOf } from './idTypeOf.ts'
import { isNumeric, scalarType } from './scalarType.ts'
import { argument, baseType, directive, fieldOf, type SchemaDocument } from './schemaDocument.ts'
import { timestampProblem } from './timestampProblem.ts'

/** What is wrong with the aggregations of a schema. */
export function aggregationProblems(schema: SchemaDocument, specVersion: string): string[] {
  const { aggregations } = schema
  if (aggregations.length > 0 && compareVersions(specVersion, '1.1.0') < 0) {
    return [
      `Aggregations are not supported with spec version ${specVersion}; please migrate the subgraph to the latest version`,
    ]
  }
  return aggregations.flatMap((node) => [
    ...[timestampProblem(node)].filter((problem) => problem !== null),
    ...derivedFields(node),
    ...aggregateTypes(node, schema),
    ...sourceProblems(node, schema),
    ...intervalProblems(node),
  ])
}

function derivedFields(node: ObjectTypeDefinitionNode): string[] {
  const derived = (node.fields ?? []).filter((field) => directive(field, 'derivedFrom'))
  return derived.map(
    (field) =>
      `Aggregation ${node.name.value} has a derived field ${field.name.value} but fields in aggregations can not be derived`,
  )
}

/** Aggregates of types that their function has no results of. */
function aggregateTypes(node: ObjectTypeDefinitionNode, schema: SchemaDocument): string[] {
  const name = node.name.value
  return (node.fields ?? []).flatMap((field) => {
    const aggregate = directive(field, 'aggregate')
    if (!aggregate) return []
    const fn = argument(aggregate, 'fn')
    const isFirstOrLast =
      (fn?.kind === Kind.ENUM || fn?.kind === Kind.STRING) && ['first', 'last'].includes(fn.value)
    const type = baseType(field.type)
    const scalar = scalarType(type)
    if (isNumeric(scalar)) return []
    if (scalar === null) {
      const isEntity = schema.entities.some((entity) => entity.name.value === type)
      if (isFirstOrLast && isEntity) return []
      return [`Type \`${name}\`, field \`${field.name.value}\`: type \`${type}\` is not defined`]
    }
    if (!isFirstOrLast) {
      return [
        `Aggregation ${name}, field${field.name.value}: aggregates must use a numeric type, one of Int, Int8, BigInt, and BigDecimal`,
      ]
    }
    if (scalar === 'Bytes' || scalar === 'String') return []
    return [
      `Aggregation '${name}', field '${field.name.value}': first/last aggregates must use a numeric, byte array, string or a reference type`,
    ]
  })
}

/** What does not fit the timeseries that an aggregation is made of. */
function sourceProblems(node: ObjectTypeDefinitionNode, schema: SchemaDocument): string[] {
  const name = node.name.value
  const given = argument(directive(node, 'aggregation') as ConstDirectiveNode, 'source')
  if (!given) return [`Aggregation ${name} is missing the \`source\` argument`]
  if (given.kind !== Kind.STRING) {
    return [
      `Aggregation ${name} has an invalid argument for \`source\`: it must be the name of a timeseries`,
    ]
  }
  const source = schema.entities.find((entity) => entity.name.value === given.value)
  if (!source) {
    return [
      `Aggregaton ${name} uses ${given.value} as the source, but there is no timeseries of that name`,
    ]
  }
  const timeseries = argument(directive(source, 'entity') as ConstDirectiveNode, 'timeseries')
  if (timeseries?.kind !== Kind.BOOLEAN || !timeseries.value) {
    return [
      `Aggregation ${name} uses ${given.value} as the source, but that type is not a timeseries`,
    ]
  }
  const problems = idProblems(node, source)
  const fields = (node.fields ?? []).filter(
    (field) => !['id', 'timestamp'].includes(field.name.value),
  )
  for (const field of fields) {
    const aggregate = directive(field, 'aggregate')
    const problem = aggregate
      ? aggregateProblem(field, aggregate, node, source)
      : dimensionProblem(field.name.value, baseType(field.type), node, source)
    if (problem !== null) problems.push(problem)
  }
  if (!fields.some((field) => directive(field, 'aggregate'))) {
    problems.push(`Aggregation ${name} has no @aggregate fields`)
  }
  return problems
}

function idProblems(node: ObjectTypeDefinitionNode, source: ObjectTypeDefinitionNode): string[] {
  const [own, theirs] = [idTypeOf(node), idTypeOf(source)]
  if (typeof theirs === 'object') return [theirs.problem]
  if (typeof own === 'object') return [own.problem]
  if (own === theirs) return []
  return [
    `The type of the \`id\` field for aggregation ${node.name.value} must be ${theirs}, the same as in the source, but is ${own}`,
  ]
}

function dimensionProblem(
  field: string,
  type: string,
  node: ObjectTypeDefinitionNode,
  source: ObjectTypeDefinitionNode,
): string | null {
  const own = fieldOf(source, field)
  if (!own) {
    return `Aggregation ${node.name.value} uses ${source.name.value} as the source, but that does not have a field ${field}`
  }
  const theirs = baseType(own.type)
  if (theirs === type) return null
  return `Field ${field} in aggregation ${node.name.value} has type ${type} but its type in the source is ${theirs}`
}

function intervalProblems(node: ObjectTypeDefinitionNode): string[] {
  const name = node.name.value
  const given = argument(directive(node, 'aggregation') as ConstDirectiveNode, 'intervals')
  if (!given) {
    return [`Aggregation ${name} is missing an \`intervals\` argument for the timeseries directive`]
  }
  const isList =
    given.kind === Kind.LIST &&
    given.values.length > 0 &&
    given.values.every(({ kind }) => kind === Kind.STRING)
  if (!isList) {
    return [
      `Aggregation ${name} has an invalid argument for \`intervals\`: it must be a non-empty list of strings`,
    ]
  }
  const unknown = given.values.flatMap((value) =>
    value.kind === Kind.STRING && !['hour', 'day'].includes(value.value) ? [value.value] : [],
  )
  return unknown.map((value) => `Aggregation ${name}: the interval ${value} is not supported`)
}

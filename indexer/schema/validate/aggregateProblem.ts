import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
} from 'graphql'
import { AggregateExpressionError, aggregateExpression } from '../../layout/aggregateExpression.ts'
import { isNumeric, isWider, scalarType } from './scalarType.ts'
import { argument, baseType, fieldOf } from './schemaDocument.ts'

/** The functions of `@aggregate`. */
export const AGGREGATE_FUNCTIONS = ['sum', 'max', 'min', 'count', 'first', 'last'] as const

/** What is wrong with one `@aggregate`: its function, or what it is a function of. */
export function aggregateProblem(
  field: FieldDefinitionNode,
  aggregate: ConstDirectiveNode,
  node: ObjectTypeDefinitionNode,
  source: ObjectTypeDefinitionNode,
): string | null {
  const where = `Field ${field.name.value} in aggregation ${node.name.value}`
  const fn = argument(aggregate, 'fn')
  if (!fn) return `${where} is missing the \`fn\` argument`
  const name = fn.kind === Kind.ENUM || fn.kind === Kind.STRING ? fn.value : null
  if (!AGGREGATE_FUNCTIONS.some((known) => known === name)) {
    return `${where} uses the unknown aggregation function \`${name ?? print(fn)}\``
  }
  const arg = argument(aggregate, 'arg')
  if (!arg) {
    if (name === 'count') return null
    return `${where} is missing the \`arg\` argument since the function ${name} requires it`
  }
  if (arg.kind !== Kind.STRING) {
    return `${where} has an invalid argument for \`arg\`: it must be a string`
  }
  const cumulative = argument(aggregate, 'cumulative')
  if (cumulative && cumulative.kind !== Kind.BOOLEAN) {
    return `${where} has an invalid value for \`cumulative\`. It needs to be a boolean`
  }
  const isFirstOrLast = name === 'first' || name === 'last'
  return expressionProblem(
    arg.value,
    where,
    (column) => {
      const used = fieldOf(source, column) as FieldDefinitionNode
      return columnProblem(used, field, arg.value, isFirstOrLast, node, source)
    },
    source,
  )
}

/** What is wrong with a field of the source that an aggregate is made of. */
function columnProblem(
  used: FieldDefinitionNode,
  field: FieldDefinitionNode,
  arg: string,
  isFirstOrLast: boolean,
  node: ObjectTypeDefinitionNode,
  source: ObjectTypeDefinitionNode,
): string | null {
  const where = `Field ${field.name.value} in aggregation ${node.name.value}`
  const [usedType, type] = [baseType(used.type), baseType(field.type)]
  const [usedScalar, scalar] = [scalarType(usedType), scalarType(type)]
  if (!isNumeric(usedScalar)) {
    if (isFirstOrLast && (usedScalar === 'Bytes' || usedScalar === 'String')) return null
    if (isFirstOrLast && usedScalar === null && usedType === type) return null
    return `${where} has arg \`${arg}\` but that is not a numeric field in ${source.name.value}`
  }
  if (!isNumeric(scalar)) {
    return `Aggregation ${node.name.value}, field${field.name.value}: aggregates must use a numeric type, one of Int, Int8, BigInt, and BigDecimal`
  }
  if (!isWider(usedScalar, scalar)) return null
  return `${where} has \`arg\` ${arg} of type ${usedScalar} but it is of the wider type ${scalar} in the source`
}

/** The first thing that is wrong with the expression of an aggregate. */
function expressionProblem(
  arg: string,
  where: string,
  problemOf: (field: string) => string | null,
  source: ObjectTypeDefinitionNode,
): string | null {
  const problems: string[] = []
  try {
    aggregateExpression(arg, (field) => {
      if (!fieldOf(source, field)) return null
      const problem = problemOf(field)
      if (problem !== null) problems.push(problem)
      return field
    })
  } catch (error) {
    if (!(error instanceof AggregateExpressionError)) throw error
    if (error.unknown?.kind === 'field') {
      problems.push(`${where} has \`arg\` ${arg} but the source type does not have such a field`)
    } else if (error.unknown?.kind === 'function') {
      problems.push(`Function ${error.unknown.name} is not supported`)
    } else problems.push(`Failed to parse expression: ${error.message}`)
  }
  return problems[0] ?? null
}

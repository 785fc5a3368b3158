import type { Field, IdType, ValueType } from '../../schema/entityModel.ts'
import {
  aggregationOperators,
  enumOperators,
  listOperators,
  scalarOperators,
} from './filterOperators.ts'

/** SDL of `<Type>_filter`, the input type of `where`. */
export function filterType(
  typeName: string,
  fields: readonly Field[],
  isAggregation: boolean,
): string {
  const name = `${typeName}_filter`
  const lines = fields.flatMap((field) => filterFields(field, isAggregation))
  lines.push(
    `"Filter for the block changed event."\n  _change_block: BlockChangedFilter`,
    `and: [${name}]`,
    `or: [${name}]`,
  )
  return `input ${name} {\n  ${lines.join('\n  ')}\n}`
}

function filterFields(field: Field, isAggregation: boolean): string[] {
  if (field.type.kind === 'list') return listFields(field, field.type.element)
  switch (field.type.kind) {
    case 'enum':
      return operatorFields(field.name, enumOperators(), field.type.name)
    case 'scalar': {
      const scalar = baseTypeName(field)
      return operatorFields(field.name, operators(scalar), scalar)
    }
    case 'reference': {
      // A reference is compared by id; Bytes ids are written as strings.
      const scalar = idScalar(field.type.idType)
      const own = field.derivedFrom ? [] : operatorFields(field.name, operators(scalar), scalar)
      return [...own, childField(field)]
    }
  }

  function operators(scalar: string): readonly string[] {
    return isAggregation ? aggregationOperators(scalar) : scalarOperators(scalar)
  }
}

function listFields(field: Field, element: ValueType): string[] {
  const isReference = element.kind === 'reference'
  const fields: string[] = []
  if (!isReference || !field.derivedFrom) {
    const scalar = isReference ? idScalar(element.idType) : baseTypeName(field)
    const isText = isReference ? element.idType === 'String' : scalar === 'String'
    for (const operator of listOperators(isText)) {
      fields.push(`${withSuffix(field.name, operator)}: [${scalar}!]`)
    }
  }
  if (isReference) fields.push(childField(field))
  return fields
}

function operatorFields(name: string, operators: readonly string[], type: string): string[] {
  return operators.map((operator) => {
    const isList = operator === 'in' || operator === 'not_in'
    return `${withSuffix(name, operator)}: ${isList ? `[${type}!]` : type}`
  })
}

function childField(field: Field): string {
  return `${field.name}_: ${baseTypeName(field)}_filter`
}

function withSuffix(name: string, operator: string): string {
  return operator === '' ? name : `${name}_${operator}`
}

function idScalar(idType: IdType): string {
  return idType === 'Int8' ? 'Int' : 'String'
}

/** The name of a field's type without list and non-null marks; tells `ID` from `String`. */
export function baseTypeName(field: Field): string {
  return field.graphqlType.replaceAll(/[[\]!]/g, '')
}

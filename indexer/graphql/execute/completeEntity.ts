import { getNamedType, getNullableType, isListType, isNonNullType } from 'graphql'
import { baseTypeName } from '../api/filterType.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { ErrorCollector, QueryError } from '../errors/queryError.ts'
import type { SelectedField, SelectionSet } from '../query/selectionSet.ts'
import type { AnswerValue } from '../sql/selectColumn.ts'
import type { EntityNode } from './entityNode.ts'

/** An object of an answer; keys are in the order of the selection. */
export interface AnswerObject {
  [key: string]: Answer
}

/** Without a prototype, so that no response key means anything to JavaScript. */
export function answerObject(): AnswerObject {
  return Object.create(null)
}

export type Answer = AnswerValue | AnswerObject | readonly Answer[]

/** Puts a fetched entity into the form that the selection asks for. */
export function completeEntity(
  node: EntityNode,
  selections: SelectionSet,
  catalog: Catalog,
): AnswerObject {
  const answer = answerObject()
  const errors = new ErrorCollector()
  for (const field of selections.fields(node.typeName)) {
    errors.run(() => {
      answer[field.responseKey] = completeField(node, field, catalog)
    })
  }
  errors.throwIfAny()
  return answer
}

function completeField(node: EntityNode, field: SelectedField, catalog: Catalog): Answer {
  if (field.name === '__typename') return node.typeName
  if (field.selections) {
    const children = node.children.get(field.responseKey) ?? []
    return completeChildren(children, field, catalog, node.typeName)
  }
  const value = node.values.get(field.name) ?? null
  if (isNonNullType(field.definition.type)) {
    if (value === null) throw nullValue(field)
    const type = getNullableType(field.definition.type)
    if (isListType(type) && isNonNullType(type.ofType)) {
      if ((value as AnswerValue[]).includes(null)) throw nullValue(field)
    }
  }
  return value
}

/** Completes what a field of an object type led to: a list, or one entity at most. */
export function completeChildren(
  children: readonly EntityNode[],
  field: SelectedField,
  catalog: Catalog,
  parentType: string | null,
): Answer {
  const selections = field.selections as SelectionSet
  if (isListType(getNullableType(field.definition.type))) {
    const errors = new ErrorCollector()
    const list = children.map((child) => {
      return errors.run(() => completeEntity(child, selections, catalog)) as AnswerObject
    })
    errors.throwIfAny()
    return list
  }
  if (children.length > 1) throw tooMany(children, field, catalog, parentType)
  if (children.length === 0) {
    if (isNonNullType(field.definition.type)) throw nullValue(field)
    return null
  }
  return completeEntity(children[0], selections, catalog)
}

function nullValue(field: SelectedField): QueryError {
  return new QueryError(`Null value resolved for non-null field \`${field.name}\``, {
    location: field.location,
  })
}

function tooMany(
  children: readonly EntityNode[],
  field: SelectedField,
  catalog: Catalog,
  parentType: string | null,
): QueryError {
  const own =
    parentType === null ? undefined : catalog.type(parentType, null)?.fields.get(field.name)
  if (own?.derivedFrom) {
    return new QueryError(
      `Ambiguous result for derived field \`${field.name}\`: ` +
        `Multiple \`${baseTypeName(own)}\` entities refer back via \`${own.derivedFrom}\``,
      { location: field.location, attestable: false },
    )
  }
  return new QueryError(
    `internal error: expected only one child for ${getNamedType(field.definition.type).name}.` +
      `${field.name} but got ${children.length}. One child has id "${children[0].id}", ` +
      `another has id "${children[1].id}"`,
    { attestable: false },
  )
}

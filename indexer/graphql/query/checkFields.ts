import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'
import type { ApiSchema, FieldedType } from '../api/apiSchema.ts'
import { ErrorCollector, QueryError } from '../errors/queryError.ts'
import { nodeLocation } from './nodeLocation.ts'

/** Checks that every selected field and every type of a fragment exists. Nothing else is checked. */
export function checkFields(
  api: ApiSchema,
  selections: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): void {
  const errors = new ErrorCollector()
  check(api.queryType, selections)
  errors.throwIfAny()

  function check(type: FieldedType, set: SelectionSetNode | undefined): void {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        const field = api.field(type, selection.name.value)
        if (!field) {
          errors.add(unknownField(type.name, selection.name.value, nodeLocation(selection)))
          continue
        }
        const inner = api.fieldedType(api.baseTypeName(field.type))
        if (inner) check(inner, selection.selectionSet)
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value)
        if (!fragment) {
          errors.add(new QueryError(`fragment \`${selection.name.value}\` is not defined`))
        } else checkOn(fragment.typeCondition.name.value, fragment.selectionSet)
      } else if (selection.typeCondition) {
        checkOn(selection.typeCondition.name.value, selection.selectionSet)
      } else check(type, selection.selectionSet)
    }
  }

  function checkOn(typeName: string, set: SelectionSetNode): void {
    const type = api.fieldedType(typeName)
    if (type) check(type, set)
    else errors.add(new QueryError(`Failed to resolve named type \`${typeName}\``))
  }
}

export function unknownField(
  typeName: string,
  field: string,
  location: { line: number; column: number },
): QueryError {
  return new QueryError(`Type \`${typeName}\` has no field \`${field}\``, { location })
}

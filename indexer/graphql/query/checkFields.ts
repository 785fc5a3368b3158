import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'
import type { ApiSchema, FieldedType } from '../api/apiSchema.ts'
import { QueryError, QueryErrors } from '../errors/queryError.ts'
import { nodeLocation } from './nodeLocation.ts'

/** So many errors tell enough; a fragment's errors come again wherever it is spread. */
const MAX_ERRORS = 1000

/** Checks that every selected field and every type of a fragment exists. Nothing else is checked. */
export function checkFields(
  api: ApiSchema,
  selections: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): void {
  const ofFragment = new Map<string, readonly QueryError[]>()
  const errors = check(api.queryType, selections)
  if (errors.length > 0) throw new QueryErrors(errors.slice(0, MAX_ERRORS))

  function check(type: FieldedType, set: SelectionSetNode | undefined): QueryError[] {
    const found: QueryError[] = []
    for (const selection of set?.selections ?? []) {
      if (found.length > MAX_ERRORS) break
      if (selection.kind === Kind.FIELD) {
        const field = api.field(type, selection.name.value)
        if (!field) {
          found.push(unknownField(type.name, selection.name.value, nodeLocation(selection)))
          continue
        }
        const inner = api.fieldedType(api.baseTypeName(field.type))
        if (inner) found.push(...check(inner, selection.selectionSet))
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        found.push(...checkFragment(selection.name.value))
      } else if (selection.typeCondition) {
        found.push(...checkOn(selection.typeCondition.name.value, selection.selectionSet))
      } else {
        found.push(...check(type, selection.selectionSet))
      }
    }
    return found
  }

  /** A fragment is looked at once, so that neither circles nor repetition cost anything. */
  function checkFragment(name: string): readonly QueryError[] {
    const known = ofFragment.get(name)
    if (known) return known
    ofFragment.set(name, [])
    const fragment = fragments.get(name)
    const found = fragment
      ? checkOn(fragment.typeCondition.name.value, fragment.selectionSet)
      : [new QueryError(`fragment \`${name}\` is not defined`)]
    ofFragment.set(name, found)
    return found
  }

  function checkOn(typeName: string, set: SelectionSetNode): QueryError[] {
    const type = api.fieldedType(typeName)
    return type
      ? check(type, set)
      : [new QueryError(`Failed to resolve named type \`${typeName}\``)]
  }
}

export function unknownField(
  typeName: string,
  field: string,
  location: { line: number; column: number },
): QueryError {
  return new QueryError(`Type \`${typeName}\` has no field \`${field}\``, { location })
}

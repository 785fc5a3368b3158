import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  isLeafType,
  Kind,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql'
import type { ApiSchema, FieldedType } from '../api/apiSchema.ts'
import { ErrorCollector } from '../errors/queryError.ts'
import { unknownField } from './checkFields.ts'
import { coerceArgument } from './coerceValue.ts'
import { literalValue } from './literalValue.ts'
import { nodeLocation } from './nodeLocation.ts'
import { type SelectedField, SelectionSet } from './selectionSet.ts'
import { objectValue, type Value } from './value.ts'

/**
 * Resolves fragments, variables, `@skip` and `@include`, and fits arguments to their definitions.
 *
 * As lenient as graph-node: arguments that do not exist are dropped, an object without a
 * selection is left out, a selection on a scalar is ignored, and so are the directives of a
 * fragment spread.
 */
export function expandQuery(
  api: ApiSchema,
  selections: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: ReadonlyMap<string, Value>,
): SelectionSet {
  return expandSet(selections, api.queryType, new Set([api.queryType.name]))

  function expandSet(
    set: SelectionSetNode,
    type: FieldedType,
    possible: ReadonlySet<string>,
  ): SelectionSet {
    const visited = new Set<string>()
    const expanded = new SelectionSet(
      api.concreteTypes(type.name).filter((name) => possible.has(name)),
    )
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const field = expandField(selection, type)
        if (field) expanded.push(field)
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value)
        if (!fragment || visited.has(selection.name.value)) continue
        visited.add(selection.name.value)
        expandFragment(fragment, type, possible, expanded)
      } else {
        expandFragment(selection, type, possible, expanded)
      }
    }
    return expanded
  }

  function expandFragment(
    fragment: {
      readonly typeCondition?: FragmentDefinitionNode['typeCondition'] | undefined
      readonly directives?: readonly DirectiveNode[] | undefined
      readonly selectionSet: SelectionSetNode
    },
    outer: FieldedType,
    possible: ReadonlySet<string>,
    into: SelectionSet,
  ): void {
    if (isSkipped(fragment.directives)) return
    const condition = fragment.typeCondition?.name.value
    const type = condition === undefined ? outer : api.fieldedType(condition)
    if (!type) return
    const narrowed = new Set(api.concreteTypes(type.name).filter((name) => possible.has(name)))
    into.merge(expandSet(fragment.selectionSet, type, narrowed))
  }

  function expandField(node: FieldNode, parent: FieldedType): SelectedField | null {
    const name = node.name.value
    const responseKey = node.alias?.value ?? name
    const location = nodeLocation(node)
    if (name === '__typename') {
      const definition = TypeNameMetaFieldDef
      return { responseKey, name, location, arguments: new Map(), definition, selections: null }
    }
    const isOfQuery = parent === api.queryType
    const definition = isOfQuery || !name.startsWith('__') ? api.field(parent, name) : undefined
    if (!definition) throw unknownField(parent.name, name, location)
    if (isSkipped(node.directives)) return null

    const given = new Map(
      (node.arguments ?? []).map((arg) => [arg.name.value, literalValue(arg.value, variables)]),
    )
    const args = new Map<string, Value>()
    const errors = new ErrorCollector()
    for (const argument of definition.args) {
      const value = errors.run(() => coerceArgument(given.get(argument.name), argument))
      if (value === undefined) continue
      // A search text goes with the name of its field, which is the name of the search.
      args.set(argument.name, argument.name === 'text' ? objectValue([[name, value]]) : value)
    }
    errors.throwIfAny()

    const base = { responseKey, name, location, arguments: args, definition }
    if (isLeafType(api.namedType(definition.type))) return { ...base, selections: null }
    const inner = api.fieldedType(api.baseTypeName(definition.type))
    if (!inner || !node.selectionSet) return null
    const possible = new Set(api.concreteTypes(inner.name))
    return { ...base, selections: expandSet(node.selectionSet, inner, possible) }
  }

  function isSkipped(directives: readonly DirectiveNode[] | undefined): boolean {
    return (directives ?? []).some((directive) => {
      const name = directive.name.value
      if (name !== 'skip' && name !== 'include') return false
      const node = directive.arguments?.find((arg) => arg.name.value === 'if')?.value
      const value = node && literalValue(node, variables)
      const holds = value === undefined || (value.kind === 'boolean' && value.value)
      return name === 'skip' ? holds : !holds
    })
  }
}

import {
  type ASTVisitor,
  type FieldNode,
  GraphQLError,
  type GraphQLOutputType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql'

/** Rows that one query may ask for at most, lists within lists multiplied. */
export const MAX_NODES = 50_000

/** What a list without a `first` argument is counted as. */
const ASSUMED = 10

/**
 * A validation rule: refuses a query that could return more than MAX_NODES rows. A variable `first`
 * counts as the largest page, since rules see no variables.
 */
export function nodeLimit(largestPage: number) {
  return (context: ValidationContext): ASTVisitor => ({
    OperationDefinition(operation) {
      const type = context.getSchema().getRootType(operation.operation)
      if (!type) return
      const nodes = count(operation.selectionSet, type.name, 1, new Set())
      if (nodes > MAX_NODES) {
        context.reportError(
          new GraphQLError(
            `this query could return ${nodes} rows, more than ${MAX_NODES}; ask for smaller pages`,
            { nodes: operation, extensions: { code: 'QUERY_TOO_COSTLY' } },
          ),
        )
      }

      function count(
        selections: SelectionSetNode,
        typeName: string,
        times: number,
        within: Set<string>,
      ): number {
        let total = 0
        for (const selection of selections.selections) {
          if (total > MAX_NODES * 1000) return total
          if (selection.kind === 'Field') total += countField(selection, typeName, times, within)
          else if (selection.kind === 'InlineFragment') {
            const on = selection.typeCondition?.name.value ?? typeName
            total += count(selection.selectionSet, on, times, within)
          } else {
            const name = selection.name.value
            const fragment = context.getFragment(name)
            // A fragment within itself is another rule's complaint; here it must only end.
            if (!fragment || within.has(name)) continue
            total += count(
              fragment.selectionSet,
              fragment.typeCondition.name.value,
              times,
              new Set(within).add(name),
            )
          }
        }
        return total
      }

      function countField(
        field: FieldNode,
        typeName: string,
        times: number,
        within: Set<string>,
      ): number {
        if (!field.selectionSet) return 0
        const parent = context.getSchema().getType(typeName)
        const definition =
          isObjectType(parent) || isInterfaceType(parent)
            ? parent.getFields()[field.name.value]
            : undefined
        if (!definition) return 0
        let target: GraphQLOutputType = definition.type
        let isList = false
        while (isNonNullType(target) || isListType(target)) {
          isList ||= isListType(target)
          target = target.ofType
        }
        const rows =
          isList || definition.args.some(({ name }) => name === 'first') ? size(field) : 1
        const here = times * rows
        return here + count(field.selectionSet, target.name, here, within)
      }
    },
  })

  function size(field: FieldNode): number {
    const first = field.arguments?.find(({ name }) => name.value === 'first')
    if (!first) return ASSUMED
    return first.value.kind === 'IntValue' ? Math.max(0, Number(first.value.value)) : largestPage
  }
}

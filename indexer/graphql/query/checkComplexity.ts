import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'
import type { ApiSchema, FieldedType } from '../api/apiSchema.ts'
import { QueryError } from '../errors/queryError.ts'
import type { QueryLimits } from './queryLimits.ts'

const DEFAULT_FIRST = 100n
const U64_MAX = 2n ** 64n - 1n
/** Fragments in fragments can unfold a short query without end; nobody writes so much by hand. */
const MAX_SELECTIONS = 200_000

/** The query leads nowhere sensible in the schema; later checks say where. */
class UnknownShape extends Error {}

/**
 * Estimates how many entities a query can return: per collection `first`, plus `first` times the
 * estimate of what is inside. Stops queries that are too deep, too large, or turn in a circle of
 * fragments, before anything walks them without a bound.
 */
export function checkComplexity(
  api: ApiSchema,
  selections: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  limits: QueryLimits,
): void {
  let complexity: bigint
  let selectionCount = 0
  try {
    complexity = measure(api.queryType, selections, 0, new Set())
  } catch (error) {
    if (error instanceof UnknownShape) return
    throw error
  }
  if (limits.maxComplexity !== null && complexity > limits.maxComplexity) {
    throw tooComplex(complexity, limits.maxComplexity)
  }

  function measure(
    type: FieldedType,
    set: SelectionSetNode,
    depth: number,
    visited: ReadonlySet<string>,
  ): bigint {
    if (depth >= limits.maxDepth) {
      throw new QueryError(`query has a depth that exceeds the limit of \`${limits.maxDepth}\``, {
        attestable: false,
      })
    }
    let total = 0n
    for (const selection of set.selections) {
      selectionCount += 1
      if (selectionCount > MAX_SELECTIONS) throw tooComplex(U64_MAX, 0n)
      if (selection.kind === Kind.FIELD) {
        if (!selection.selectionSet) continue
        const field = api.field(type, selection.name.value)
        if (!field) throw new UnknownShape()
        const inner = api.fieldedType(api.baseTypeName(field.type))
        // Selections on scalars are ignored.
        if (!inner) continue
        const inside = measure(inner, selection.selectionSet, depth + 1, visited)
        // A page is the collection; its list of nodes is counted there.
        const isCollection =
          api.isPage(field) || (api.isList(field.type) && !api.isPageType(type.name))
        if (!isCollection) {
          total = add(total, inside)
          continue
        }
        const given = selection.arguments?.find((arg) => arg.name.value === 'first')?.value
        const first = given?.kind === Kind.INT ? BigInt.asUintN(64, BigInt(given.value)) : null
        const entities = first ?? DEFAULT_FIRST
        total = add(total, add(entities, entities * inside))
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value
        const fragment = fragments.get(name)
        const inner = fragment && api.fieldedType(fragment.typeCondition.name.value)
        if (!fragment || !inner) throw new UnknownShape()
        if (visited.has(name)) {
          throw new QueryError(`query has fragment cycle including \`${name}\``)
        }
        const inside = new Set(visited).add(name)
        total = add(total, measure(inner, fragment.selectionSet, depth + 1, inside))
      } else {
        const condition = selection.typeCondition?.name.value
        const inner = condition === undefined ? type : api.fieldedType(condition)
        if (!inner) throw new UnknownShape()
        total = add(total, measure(inner, selection.selectionSet, depth + 1, visited))
      }
    }
    return total
  }
}

function add(a: bigint, b: bigint): bigint {
  if (a + b > U64_MAX) throw tooComplex(U64_MAX, 0n)
  return a + b
}

function tooComplex(complexity: bigint, limit: bigint): QueryError {
  return new QueryError(
    `query potentially returns \`${complexity}\` entities or more and thereby exceeds the limit ` +
      `of \`${limit}\` entities. Possible solutions are reducing the depth of the query, querying ` +
      'fewer relationships or using `first` to return smaller collections',
    { attestable: false },
  )
}

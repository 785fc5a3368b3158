import { NO_PLACE, QueryError } from '../errors/queryError.ts'
import { invalidArgument } from '../query/coerceValue.ts'
import type { SelectedField, SelectionSet } from '../query/selectionSet.ts'
import { SelectionSet as Selections } from '../query/selectionSet.ts'
import type { Value } from '../query/value.ts'

/** At which block a root field asks to be answered. */
export type BlockConstraint =
  | { readonly kind: 'latest' }
  | { readonly kind: 'hash'; readonly hash: string }
  | { readonly kind: 'number' | 'atLeast'; readonly number: number }

/** Consecutive root fields that ask for the same block. */
export interface ConstraintGroup {
  readonly constraint: BlockConstraint
  readonly selections: SelectionSet
  /** Answer in spite of indexing errors; only if all fields of the group say so. */
  allowErrors: boolean
}

/** Splits the root fields by the block that they ask for, keeping their order. */
export function groupByConstraint(root: SelectionSet): ConstraintGroup[] {
  const groups: ConstraintGroup[] = []
  const [rootType] = root.typeNames
  for (const field of root.fields(rootType)) {
    const constraint = readConstraint(field.arguments.get('block'))
    const allowErrors = allowsErrors(field)
    const last = groups.at(-1)
    if (last && isSame(last.constraint, constraint)) {
      last.selections.push(field)
      last.allowErrors &&= allowErrors
    } else {
      const selections = new Selections([rootType])
      selections.push(field)
      groups.push({ constraint, selections, allowErrors })
    }
  }
  return groups
}

function allowsErrors(field: SelectedField): boolean {
  const policy = field.arguments.get('subgraphError')
  return policy?.kind === 'enum' && policy.value === 'allow'
}

function readConstraint(value: Value | undefined): BlockConstraint {
  if (value === undefined || value.kind === 'null') return { kind: 'latest' }
  const refuse = () => new QueryError(invalidArgument('block', value), { location: NO_PLACE })
  if (value.kind !== 'object') throw refuse()
  const hash = value.fields.get('hash')
  if (hash) {
    const digits = hash.kind === 'string' ? hash.value.replace(/^(0x)+/, '') : null
    if (digits === null || !/^([0-9a-fA-F]{2})*$/.test(digits)) throw refuse()
    return { kind: 'hash', hash: `0x${digits.toLowerCase()}` }
  }
  const number = value.fields.get('number')
  const kind = number ? 'number' : 'atLeast'
  const given = number ?? value.fields.get('number_gte')
  if (given?.kind !== 'int') throw refuse()
  return { kind, number: Number(given.value) }
}

function isSame(a: BlockConstraint, b: BlockConstraint): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

import { QueryError } from '../errors/queryError.ts'
import type { QueryLimits } from '../query/queryLimits.ts'
import type { SelectedField } from '../query/selectionSet.ts'

const DEFAULT_FIRST = 100

/** Reads `first` and `skip`; null stands for their defaults. */
export function buildRange(
  field: SelectedField,
  { maxFirst, maxSkip }: QueryLimits,
): { first: number; skip: number } {
  return {
    first: bounded(field, 'first', 1, maxFirst, DEFAULT_FIRST),
    skip: bounded(field, 'skip', 0, maxSkip, 0),
  }
}

function bounded(
  field: SelectedField,
  name: string,
  min: number,
  max: number,
  otherwise: number,
): number {
  const value = field.arguments.get(name)
  if (value?.kind !== 'int') return otherwise
  if (value.value >= min && value.value <= max) return Number(value.value)
  // graph-node says 0 even where it refuses 0.
  throw new QueryError(
    `The \`${name}\` argument must be between 0 and ${max}, but is ${value.value}`,
    { attestable: false },
  )
}

/** What a filter does with a field, by the suffix of its name. */
export type FilterOperator =
  | 'equal'
  | 'not'
  | 'gt'
  | 'lt'
  | 'gte'
  | 'lte'
  | 'in'
  | 'not_in'
  | 'contains'
  | 'contains_nocase'
  | 'not_contains'
  | 'not_contains_nocase'
  | 'starts_with'
  | 'starts_with_nocase'
  | 'not_starts_with'
  | 'not_starts_with_nocase'
  | 'ends_with'
  | 'ends_with_nocase'
  | 'not_ends_with'
  | 'not_ends_with_nocase'
  | 'child'

/** The first suffix that fits counts, so `_not_in` stands before `_in`. */
const SUFFIXES = [
  'not',
  'gt',
  'lt',
  'gte',
  'lte',
  'not_in',
  'in',
  'not_contains',
  'not_contains_nocase',
  'contains',
  'contains_nocase',
  'not_starts_with',
  'not_starts_with_nocase',
  'not_ends_with',
  'not_ends_with_nocase',
  'starts_with',
  'starts_with_nocase',
  'ends_with',
  'ends_with_nocase',
] as const

/**
 * Splits the name of a filter field, such as `amount_gte`. Every repetition of the suffix is cut
 * off: `a_not_not` is the operator `not` on `a`.
 */
export function filterKey(key: string): { field: string; operator: FilterOperator } {
  for (const suffix of SUFFIXES) {
    if (key.endsWith(`_${suffix}`)) return { field: trimEnd(key, `_${suffix}`), operator: suffix }
  }
  if (key.endsWith('_')) return { field: trimEnd(key, '_'), operator: 'child' }
  return { field: key, operator: 'equal' }
}

function trimEnd(text: string, ending: string): string {
  let result = text
  while (result.endsWith(ending)) result = result.slice(0, -ending.length)
  return result
}

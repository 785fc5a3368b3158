import type { Aggregate } from '../schema/entityModel.ts'
import { aggregateExpression } from './aggregateExpression.ts'

/**
 * An aggregate over rows of its source, in SQL. `first` and `last` are decided by the row's id and
 * take no row whose value is null, as in graph-node.
 *
 * @param alias the name under which the source's rows stand.
 * @param columnOf the column of a field of the source, or null when there is no such field.
 */
export function aggregateOverRows(
  { fn, arg }: Aggregate,
  alias: string,
  columnOf: (field: string) => string | null,
): string {
  if (fn === 'count') return 'count(*)'
  const { sql } = aggregateExpression(arg, columnOf)
  const ordered = (order: string) =>
    `(array_agg(${sql} order by ${alias}.id${order}) filter (where (${sql}) is not null))[1]`
  switch (fn) {
    case 'first':
      return ordered('')
    case 'last':
      return ordered(' desc')
    default:
      return `${fn}(${sql})`
  }
}

/**
 * A cumulative aggregate of a bucket together with that of all buckets before, in SQL: the bucket's
 * row stands as `b`, the last one before it, or nulls where there is none, as `p`.
 *
 * @param name the aggregate's column, quoted.
 */
export function aggregateOverBuckets(fn: Aggregate['fn'], name: string): string {
  switch (fn) {
    case 'first':
      return `coalesce(p.${name}, b.${name})`
    case 'last':
      return `coalesce(b.${name}, p.${name})`
    case 'max':
      return `greatest(p.${name}, b.${name})`
    case 'min':
      return `least(p.${name}, b.${name})`
    default:
      // Nothing and something make something, nothing and nothing make nothing.
      return `coalesce(p.${name} + b.${name}, p.${name}, b.${name})`
  }
}

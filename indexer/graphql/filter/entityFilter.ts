import type { QueryTable } from '../catalog/catalog.ts'
import { printStoreValue, type StoreValue } from './storeValue.ts'

/** How two values are compared. */
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='

/** A field against one value. */
export interface CompareFilter {
  readonly kind: 'compare'
  readonly field: string
  readonly comparison: Comparison
  readonly value: StoreValue
}

/** A field against a list of values. */
export interface InFilter {
  readonly kind: 'in'
  readonly field: string
  readonly negated: boolean
  readonly values: readonly StoreValue[]
}

/** A part of a string or byte string, or elements of a list. */
export interface PatternFilter {
  readonly kind: 'contains' | 'startsWith' | 'endsWith'
  readonly field: string
  readonly negated: boolean
  readonly noCase: boolean
  readonly value: StoreValue
}

/** A condition on an entity that a field leads to. */
export interface ChildFilter {
  readonly kind: 'child'
  /** Field of the parent that leads to the child, stored or derived. */
  readonly field: string
  /** Field that stores the relation, on either side. */
  readonly attribute: string
  readonly table: QueryTable
  readonly filter: EntityFilter
}

/** A condition on entities; fields are named as the schema names them. */
export type EntityFilter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly EntityFilter[] }
  | CompareFilter
  | InFilter
  | PatternFilter
  | ChildFilter
  | { readonly kind: 'changedSince'; readonly block: number }
  | { readonly kind: 'fulltext'; readonly search: string; readonly text: string }

/** The filter as error messages spell it. */
export function printFilter(filter: EntityFilter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.map(printFilter).join(` ${filter.kind} `)
    case 'compare':
      return `${filter.field} ${filter.comparison} ${printStoreValue(filter.value)}`
    case 'in': {
      const values = filter.values.map(printStoreValue).join(',')
      return `${filter.field} ${filter.negated ? 'not in' : 'in'} (${values})`
    }
    case 'contains':
    case 'startsWith':
    case 'endsWith': {
      const start = filter.kind === 'startsWith' ? '^' : '*'
      const end = filter.kind === 'endsWith' ? '$' : '*'
      const operator = filter.negated ? '!~' : '~'
      const flag = filter.noCase ? 'i' : ''
      return `${filter.field} ${operator} ${start}${printStoreValue(filter.value)}${end}${flag}`
    }
    case 'changedSince':
      return `block >= ${filter.block}`
    case 'child': {
      const inner = printFilter(filter.filter)
      return `join on ${filter.attribute} with ${filter.table.typeName}(${inner})`
    }
    case 'fulltext':
      return `${filter.search} = ${filter.text}`
  }
}

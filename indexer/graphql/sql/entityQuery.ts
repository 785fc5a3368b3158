import type { Field } from '../../schema/entityModel.ts'
import type { QueryTable, QueryType } from '../catalog/catalog.ts'
import type { EntityFilter } from '../filter/entityFilter.ts'
import type { ReadPoint } from './readPoint.ts'

export type Direction = 'asc' | 'desc'

/** In which order entities come; entities that are equal in it come in the order of their ids. */
export type EntityOrder =
  | { readonly kind: 'none' }
  | { readonly kind: 'field'; readonly field: string; readonly direction: Direction }
  | {
      readonly kind: 'child'
      /** Field that leads to the child, stored or derived. */
      readonly via: string
      readonly child: QueryType
      readonly field: string
      readonly direction: Direction
    }
  | {
      readonly kind: 'fulltext'
      readonly search: string
      readonly text: string
      readonly direction: Direction
    }

/**
 * How the entities to fetch belong to their parents. Parents are told apart by their place, from
 * 0, in the lists given here.
 */
export type ParentLink =
  /** The children hold their parents' ids in a field of theirs. */
  | { readonly kind: 'byParent'; readonly via: Field; readonly parentIds: readonly string[] }
  /** Each parent holds the id of its child; those with the same child are one parent here. */
  | { readonly kind: 'byChild'; readonly childIds: readonly string[] }
  /** Each parent holds a list of the ids of its children. */
  | { readonly kind: 'byChildren'; readonly childIds: readonly (readonly string[])[] }

/** One level of a query: all entities that one field asks for, for all parents at once. */
export interface EntityQuery {
  readonly type: QueryType
  readonly at: ReadPoint
  /** Fields to read of each concrete type; `id` is the first one. */
  readonly columns: (table: QueryTable) => readonly Field[]
  readonly filter: EntityFilter | null
  readonly order: EntityOrder
  /** How many to return, and how many to leave out before them; of each parent. */
  readonly first: number
  readonly skip: number
  /** Whether an aggregation's bucket that is still being filled belongs to the answer. */
  readonly current: boolean
  /** Whether each parent should have one child at most. */
  readonly single: boolean
  readonly link: ParentLink | null
}

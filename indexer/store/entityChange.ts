import type { EntityData } from '../values/storeValue.ts'
import type { EntityKey } from './entityKey.ts'

/** What one block does to one entity. */
export type EntityChange =
  | {
      readonly kind: 'insert' | 'overwrite'
      readonly key: EntityKey
      /** All of the entity's fields, without nulls. */
      readonly data: EntityData
      /** The row's number: block · 2^32 + a sequence over the block's writes. */
      readonly vid: bigint
      /** The causality region that it belongs to, where that is a file's. */
      readonly region?: number
    }
  | { readonly kind: 'remove'; readonly key: EntityKey }

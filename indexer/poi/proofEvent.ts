import type { EntityData } from '../values/storeValue.ts'

/** What a proof of indexing is made of: each write of a handler, and each of its failures. */
export type ProofEvent =
  | { readonly kind: 'remove'; readonly type: string; readonly id: string }
  | {
      readonly kind: 'set'
      readonly type: string
      readonly id: string
      /** What the handler passed, nulls included. */
      readonly data: EntityData
    }
  | {
      readonly kind: 'error'
      /** Events before this one whose writes were dropped with their handler's failure. */
      readonly redacted: number
    }

/** At which block, and of which state of the store, the entities of a query are read. */
export interface ReadPoint {
  /** Number of the block. */
  readonly block: number
  /**
   * Whether the state read from ends with that block, so that its entities are the current versions
   * in it. `false` is always right, and slower: then versions are picked by their range of blocks.
   */
  readonly isNewest: boolean
  /**
   * SQL that is true if `isNewest` holds in the state that a statement sees. A statement without
   * parents gives it with each row; null where it is certain already.
   */
  readonly check: string | null
}

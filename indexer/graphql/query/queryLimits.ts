/** Bounds of a query. */
export interface QueryLimits {
  readonly maxDepth: number
  /** Most entities that a query may touch; null for no bound. */
  readonly maxComplexity: bigint | null
  /** Most that `first` and `skip` may be. */
  readonly maxFirst: number
  readonly maxSkip: number
}

/** graph-node's defaults. */
export const DEFAULT_LIMITS: QueryLimits = {
  maxDepth: 255,
  maxComplexity: null,
  maxFirst: 1000,
  maxSkip: 2 ** 32 - 1,
}

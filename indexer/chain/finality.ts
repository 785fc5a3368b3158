/**
 * How far a chain is settled, as block numbers. Blocks above `safe` may go with the sequencer's
 * view of the chain, those up to `safe` only with the chain underneath, those up to `finalized`
 * never.
 */
export interface Finality {
  readonly safe: number
  readonly finalized: number
}

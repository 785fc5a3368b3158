/**
 * A failure that every host running the same subgraph over the same chain would meet: the
 * deployment stops at this block and stays stopped, as graph-node's does.
 */
export class DeterministicError extends Error {
  override readonly name = 'DeterministicError'
}

/**
 * A failure that may pass: of the store, of the node, or one that graph-node does not call
 * deterministic. The block is tried again after a wait.
 */
export class TransientError extends Error {
  override readonly name = 'TransientError'
  /** Whether a host function failed so that a mapping had called. */
  inHostCall = false

  /** What graph-node records: it tells of a host function's failure, and once more of its cause. */
  get recorded(): string {
    return this.inHostCall ? `${this.message}: ${this.message}` : this.message
  }
}

/** What was read from the chain does not belong to one history; the block is read anew. */
export class PossibleReorgError extends Error {
  override readonly name: string = 'PossibleReorgError'
}

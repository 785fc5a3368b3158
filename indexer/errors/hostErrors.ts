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
}

/** What was read from the chain does not belong to one history; the block is read anew. */
export class PossibleReorgError extends Error {
  override readonly name: string = 'PossibleReorgError'
}

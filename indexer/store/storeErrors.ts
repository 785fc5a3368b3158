/** The store's head is not where this process left it: another one writes the same deployment. */
export class HeadMovedError extends Error {
  override readonly name = 'HeadMovedError'
}

/** The node serves another chain than the one that is stored under the network's name. */
export class ChainReplacedError extends Error {
  override readonly name = 'ChainReplacedError'
}

/** What the deployment would have to go back to is not kept any more. */
export class HistoryPrunedError extends Error {
  override readonly name = 'HistoryPrunedError'
}

/** A graft would have to go back to before the block that it was grafted at. */
export class GraftPointError extends Error {
  override readonly name = 'GraftPointError'
}

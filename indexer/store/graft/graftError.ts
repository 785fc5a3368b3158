/** A deployment cannot take over the state of the one that it is grafted onto. */
export class GraftError extends Error {
  override readonly name = 'GraftError'
}

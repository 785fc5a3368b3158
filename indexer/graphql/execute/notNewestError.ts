import type { ReadPoint } from '../sql/readPoint.ts'

/** A statement may have seen a state of the store that does not end with the block it was for. */
export class NotNewestError extends Error {
  override readonly name = 'NotNewestError'
}

/**
 * Looks at what a statement said of its {@link ReadPoint.check}; undefined is that of no rows.
 *
 * @throws {NotNewestError} when its rows may be those of another block.
 */
export function checkNewest(at: ReadPoint, answer: string | null | undefined): void {
  if (at.check === null || answer === 'true') return
  throw new NotNewestError(`the store does not end with block ${at.block}`)
}

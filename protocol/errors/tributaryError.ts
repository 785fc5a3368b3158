/** What every error of ours carries beside its message. */
export interface TributaryErrorOptions {
  /** Stable, machine-readable name of what went wrong, e.g. `record_oversized`. */
  code: string
  /** What the reader can do about it, one sentence. */
  hint?: string
  /** The error that led here. */
  cause?: unknown
}

/**
 * Base of all named errors: the message says what happened and to what, `hint` what to do.
 *
 * @example
 * try { parseOpen('1,5') } catch (error) {
 *   if (error instanceof TributaryError) console.error(error.code, error.message, error.hint)
 * }
 */
export class TributaryError extends Error {
  readonly code: string
  readonly hint: string | null

  constructor(message: string, options: TributaryErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = options.code
    this.hint = options.hint ?? null
  }
}

import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/** A store refused a request; `status` is the HTTP status that says so. */
export class StoreError extends TributaryError {
  readonly status: number

  constructor(
    message: string,
    options: { code: string; status: number; hint?: string; cause?: unknown },
  ) {
    super(message, options)
    this.status = options.status
  }
}

/** What the store answers when something is not there. */
export function missing(what: string): StoreError {
  return new StoreError(`${what} is not in the store`, {
    code: 'store_missing',
    status: 404,
    hint: 'It was never stored here, or it was erased.',
  })
}

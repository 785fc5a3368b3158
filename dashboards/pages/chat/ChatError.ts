/** An answer that was refused or broke off, in the gateway's words. */
export class ChatError extends Error {
  override name = 'ChatError'
  /** HTTP status; 0 where the gateway was not reached or the answer broke off. */
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

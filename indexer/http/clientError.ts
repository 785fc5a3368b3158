/** A request that is refused for what it says; answered with status 400. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
}

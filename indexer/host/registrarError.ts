/** A request to change what is deployed that cannot be met; worded as graph-node words it. */
export class RegistrarError extends Error {
  override readonly name = 'RegistrarError'
}

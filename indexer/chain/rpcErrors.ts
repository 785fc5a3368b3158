import { PossibleReorgError } from '../errors/hostErrors.ts'

/** A request that the node answered with an error. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: number
  readonly data: unknown
  readonly method: string

  constructor(method: string, code: number, message: string, data: unknown) {
    super(`${method}: ${message} (code ${code})`)
    this.method = method
    this.code = code
    this.data = data
  }
}

/** A node that cannot be reached, or whose answer is none of JSON-RPC. */
export class RpcUnreachableError extends Error {
  override readonly name = 'RpcUnreachableError'
}

/**
 * An answer that cannot be true: it contradicts itself, an answer before it, or what every chain
 * obeys. Nothing of it is used; another node is asked, or the same one again.
 */
export class ContradictionError extends PossibleReorgError {
  override readonly name = 'ContradictionError'
}

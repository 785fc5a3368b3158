import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import { isError } from 'ethers'

/** The chain could not be read. */
export class ChainError extends TributaryError {}

/** Names what ethers threw while the chain was asked. */
export function toChainError(error: unknown): ChainError {
  if (error instanceof ChainError) return error
  const { shortMessage, message } = error as Error & { shortMessage?: string }
  if (isError(error, 'CALL_EXCEPTION') || isError(error, 'BAD_DATA')) {
    return new ChainError(`the chain refused a call: ${shortMessage ?? message}`, {
      code: 'CHAIN_CALL_REFUSED',
      hint: 'Check that the deployment file belongs to the chain at RPC_URL.',
      cause: error,
    })
  }
  return new ChainError(`the chain does not answer: ${shortMessage ?? message}`, {
    code: 'CHAIN_UNAVAILABLE',
    hint: 'Check that a node runs at RPC_URL; ask again in a few seconds.',
    cause: error,
  })
}

import { commitmentOf } from '@tributary/contracts/callData/commitmentTail'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type { Provider } from 'ethers'

/** A transaction that names a batch does not say where its body lies. */
export class NoCommitmentError extends TributaryError {}

/** A batch, as far as its commitment can be found by it. */
export interface NamedBatch {
  batchId: bigint
  /** keccak256 of the commitment. */
  daCommitment: string
  /** The transaction that committed it. */
  transactionHash: string
}

/**
 * Finds the Alt-DA commitments of batches in the transactions that committed them; each is looked
 * up once.
 */
export function createBatchCommitments(
  provider: Pick<Provider, 'getTransaction'>,
): (batch: NamedBatch) => Promise<string> {
  const known = new Map<string, string>()
  return async ({ batchId, daCommitment, transactionHash }) => {
    const found = known.get(daCommitment)
    if (found !== undefined) return found
    const transaction = await provider.getTransaction(transactionHash)
    const commitment = commitmentOf(transaction?.data ?? '0x', 'commitBatch', daCommitment)
    if (commitment === undefined) {
      throw new NoCommitmentError(
        `transaction ${transactionHash} does not say where the body of batch ${batchId} lies`,
        {
          code: 'batch_commitment',
          hint: 'It was sent by other software, or the RPC node no longer knows the transaction.',
        },
      )
    }
    known.set(daCommitment, commitment)
    return commitment
  }
}

import { dataLength, dataSlice, keccak256 } from 'ethers'

/** Call data words (32 bytes) of the arguments of the two calls that name a body. */
export const ARGUMENT_WORDS = { commitBatch: 9, postEpoch: 8 } as const

/**
 * Call data with an Alt-DA commitment behind it. The chain keeps only the keccak256 of the
 * commitment, from which nobody could fetch the body; behind the arguments, where the contract does
 * not look, the commitment itself is as public as the transaction.
 */
export function withCommitment(callData: string, commitment: string): string {
  return callData + commitment.slice(2)
}

/**
 * The Alt-DA commitment behind the arguments of a transaction, or undefined when there is none that
 * has this hash.
 *
 * @param daCommitment keccak256 of the commitment, as the event says
 */
export function commitmentOf(
  callData: string,
  call: keyof typeof ARGUMENT_WORDS,
  daCommitment: string,
): string | undefined {
  const end = 4 + 32 * ARGUMENT_WORDS[call]
  if (dataLength(callData) <= end) return undefined
  const commitment = dataSlice(callData, end)
  return keccak256(commitment) === daCommitment ? commitment : undefined
}

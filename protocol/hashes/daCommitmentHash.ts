import { type BytesLike, keccak256 } from 'ethers'

/**
 * How the chain names a body in the Alt-DA store: keccak256 of the commitment's bytes, since
 * commitments are of any length.
 *
 * @param commitment as the store returned it, e.g. `0x010000…`
 */
export function daCommitmentHash(commitment: BytesLike): string {
  return keccak256(commitment)
}

import { createHash } from 'node:crypto'
import { canonicalBytes } from '@tributary/protocol/encoding/canonicalJson'

/** What a worker signs (EIP-191) when it completes a job: sha256 of the result's RFC 8785 form. */
export function resultDigest(result: unknown): Uint8Array {
  return createHash('sha256').update(canonicalBytes(result)).digest()
}

import { StoreError } from '../blobs/storeError.ts'

/**
 * A commitment as OP Stack's Alt-DA wire has it: 0x01 generic commitment, 0x00 layer EigenDA,
 * version byte, then the certificate. The embedded store's certificate is the SHA-256 of the body.
 *
 * @see https://specs.optimism.io/experimental/alt-da.html
 */
const PREFIX = Buffer.from([0x01, 0x00, 0x00])

/** Bytes of a commitment of the embedded store. */
export const COMMITMENT_BYTES = PREFIX.length + 32

/**
 * The commitment of a body.
 *
 * @param sha256 64 hex digits
 */
export function encodeCommitment(sha256: string): Buffer {
  return Buffer.concat([PREFIX, Buffer.from(sha256, 'hex')])
}

/**
 * The SHA-256 that a commitment names, or null where it is one of another layer or version.
 *
 * @param text hex, with or without `0x`
 */
export function decodeCommitment(text: string): string | null {
  const hex = text.replace(/^0x/, '').toLowerCase()
  if (!/^([0-9a-f]{2})+$/.test(hex)) refuse(`"${text}" is not hex`)
  const bytes = Buffer.from(hex, 'hex')
  if (bytes[0] !== PREFIX[0]) refuse(`commitment type ${bytes[0]} is not supported`)
  if (bytes.length !== COMMITMENT_BYTES || !bytes.subarray(0, PREFIX.length).equals(PREFIX)) {
    return null
  }
  return bytes.subarray(PREFIX.length).toString('hex')
}

function refuse(problem: string): never {
  throw new StoreError(problem, {
    code: 'store_commitment',
    status: 400,
    hint: 'Ask with the commitment that POST /put returned, as 0x-hex.',
  })
}

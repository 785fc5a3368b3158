import { TributaryError } from '../errors/tributaryError.ts'

/** A text is not a hash of 32 bytes. */
export class HashError extends TributaryError {}

/** A 32-byte hash as 64 lower-case hex digits, whether it came with `0x`, `sha256:` or bare. */
export function bareHash(hash: string): string {
  const bare = hash.replace(/^(0x|sha256:)/, '').toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(bare)) {
    throw new HashError(`"${hash}" is not a SHA-256 hash`, {
      code: 'hash_form',
      hint: 'Write 64 hex digits, with or without 0x in front.',
    })
  }
  return bare
}

/** A 32-byte hash as `0x` and 64 lower-case hex digits. */
export function prefixedHash(hash: string): string {
  return `0x${bareHash(hash)}`
}

/** `0x` and lower-case digits. */
export function bytesToHex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
}

/**
 * @param hex digits with or without `0x`.
 * @returns null when there is an odd digit or one that is no hexadecimal.
 */
export function hexToBytes(hex: string): Uint8Array | null {
  const digits = hex.startsWith('0x') ? hex.slice(2) : hex
  if (digits.length % 2 !== 0) return null
  // Buffer stops at the first character that is no digit, so a short result means a bad one.
  const bytes = Buffer.from(digits, 'hex')
  return bytes.length * 2 === digits.length ? new Uint8Array(bytes) : null
}

/** Bytes above which Buffer's own encoder is faster. */
const LONG_BYTES = 64
const HEX = Buffer.from('0123456789abcdef', 'latin1')
const scratch = Buffer.from('0x'.padEnd(2 + LONG_BYTES * 2), 'latin1')

/** `0x` and lower-case digits. */
export function bytesToHex(bytes: Uint8Array): string {
  const { length } = bytes
  if (length > LONG_BYTES) {
    return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('hex')}`
  }
  // Written in one piece: a text put together of two is slower to everyone who reads it.
  for (let index = 0, at = 2; index < length; index++, at += 2) {
    scratch[at] = HEX[bytes[index] >> 4]
    scratch[at + 1] = HEX[bytes[index] & 15]
  }
  return scratch.toString('latin1', 0, 2 + length * 2)
}

/** What a digit's code stands for; 255 for what is no digit. */
const DIGITS = new Uint8Array(128).fill(255)
for (let value = 0; value < 16; value++) {
  DIGITS[value.toString(16).charCodeAt(0)] = value
  DIGITS[value.toString(16).toUpperCase().charCodeAt(0)] = value
}
/** Digits above which Buffer's own decoder is faster. */
const LONG = 512

/**
 * @param hex digits with or without `0x`.
 * @returns null when there is an odd digit or one that is no hexadecimal.
 */
export function hexToBytes(hex: string): Uint8Array | null {
  const start = hex.startsWith('0x') ? 2 : 0
  const digits = hex.length - start
  if (digits % 2 !== 0) return null
  if (digits > LONG) {
    // Buffer stops at the first character that is no digit, so a short result means a bad one.
    const decoded = Buffer.from(start === 0 ? hex : hex.slice(start), 'hex')
    return decoded.length * 2 === digits ? new Uint8Array(decoded) : null
  }
  const bytes = new Uint8Array(digits >>> 1)
  for (let index = 0, at = start; index < bytes.length; index++, at += 2) {
    const high = hex.charCodeAt(at)
    const low = hex.charCodeAt(at + 1)
    if ((high | low) > 127 || (DIGITS[high] | DIGITS[low]) > 15) return null
    bytes[index] = (DIGITS[high] << 4) | DIGITS[low]
  }
  return bytes
}

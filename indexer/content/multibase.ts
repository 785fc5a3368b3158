const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const BASE_58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const BASE_64 = `${LETTERS.toUpperCase()}${LETTERS}0123456789`
const BASE_32 = `${LETTERS}234567`
const BASE_32_HEX = DIGITS.slice(0, 32)

/** Alphabets by the letter that names them, as multibase's table has them. */
const ALPHABETS: Readonly<Record<string, string>> = {
  '0': '01',
  '7': '01234567',
  f: DIGITS.slice(0, 16),
  F: DIGITS.slice(0, 16).toUpperCase(),
  b: BASE_32,
  B: BASE_32.toUpperCase(),
  c: BASE_32,
  C: BASE_32.toUpperCase(),
  v: BASE_32_HEX,
  V: BASE_32_HEX.toUpperCase(),
  t: BASE_32_HEX,
  T: BASE_32_HEX.toUpperCase(),
  h: 'ybndrfg8ejkmcpqxot1uwisza345h769',
  k: DIGITS,
  K: DIGITS.toUpperCase(),
  z: BASE_58,
  Z: `123456789${BASE_58.slice(33)}${BASE_58.slice(9, 33)}`,
  m: `${BASE_64}+/`,
  M: `${BASE_64}+/`,
  u: `${BASE_64}-_`,
  U: `${BASE_64}-_`,
}

/**
 * Reads bytes that are written in the base which their first letter names.
 *
 * @returns null when there is no such base, or a letter is none of it.
 */
export function decodeMultibase(text: string): Uint8Array | null {
  const alphabet = ALPHABETS[text.charAt(0)]
  return alphabet === undefined ? null : decodeBase(text.slice(1).replace(/=+$/, ''), alphabet)
}

/** Reads bytes that are written in base 58, as content ids of version 0 are. */
export function decodeBase58(text: string): Uint8Array | null {
  return decodeBase(text, BASE_58)
}

/** Bytes in base 32 of small letters, with the letter that says so. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = 'b'
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += BASE_32[(value >> (bits - 5)) & 31]
    value &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + BASE_32[(value << (5 - bits)) & 31]
}

function decodeBase(text: string, alphabet: string): Uint8Array | null {
  const digits = [...text].map((letter) => alphabet.indexOf(letter))
  if (digits.includes(-1)) return null
  const bits = Math.log2(alphabet.length)
  return Number.isInteger(bits) ? ofBits(digits, bits) : ofNumber(digits, alphabet.length)
}

/** A letter holds a whole number of bits; those of the last one that fill no byte are zero. */
function ofBits(digits: readonly number[], bits: number): Uint8Array | null {
  const bytes: number[] = []
  let held = 0
  let value = 0
  for (const digit of digits) {
    value = (value << bits) | digit
    held += bits
    if (held < 8) continue
    held -= 8
    bytes.push(value >> held)
    value &= (1 << held) - 1
  }
  return held >= bits || value !== 0 ? null : Uint8Array.from(bytes)
}

/** The text is one number; each leading zero is a byte of its own. */
function ofNumber(digits: readonly number[], base: number): Uint8Array {
  const bytes: number[] = []
  for (const digit of digits) {
    let carry = digit
    for (let at = 0; at < bytes.length; at++) {
      carry += bytes[at] * base
      bytes[at] = carry & 255
      carry >>= 8
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 255)
  }
  const zeros = digits.findIndex((digit) => digit !== 0)
  const leading = zeros === -1 ? digits.length : zeros
  return Uint8Array.from([...new Array<number>(leading).fill(0), ...bytes.reverse()])
}

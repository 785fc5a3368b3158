import { DeterministicError } from '../errors/hostErrors.ts'

/** Bits that graph-node allows a `BigInt` to have. */
const MAX_BITS = 435_412

/** Two's complement, little endian, of the smallest length; zero is one byte. */
export function bigIntToBytes(value: bigint): Uint8Array {
  if (value >= -128n && value < 128n) return Uint8Array.of(Number(BigInt.asUintN(8, value)))
  const magnitude = value < 0n ? -value - 1n : value
  const bits = magnitude.toString(16).length * 4 - Math.clz32(leadingDigit(magnitude)) + 28
  if (bits > MAX_BITS) {
    throw new DeterministicError(`BigInt is too big, total bits ${bits} (max ${MAX_BITS})`)
  }
  // One bit more for the sign.
  const length = Math.floor(bits / 8) + 1
  const bytes = new Uint8Array(length)
  let hex = BigInt.asUintN(length * 8, value).toString(16)
  hex = hex.padStart(length * 2, '0')
  for (let index = 0; index < length; index++) {
    const end = hex.length - index * 2
    bytes[index] = Number.parseInt(hex.slice(end - 2, end), 16)
  }
  return bytes
}

/** Reads two's complement, little endian, of any length; nothing is zero. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n
  if (bytes.length * 8 > MAX_BITS + 8) {
    throw new DeterministicError(
      `BigInt is too big, total bits ${bytes.length * 8} (max ${MAX_BITS})`,
    )
  }
  if (bytes.length === 1) return BigInt((bytes[0] << 24) >> 24)
  const value = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
  return BigInt.asIntN(bytes.length * 8, value)
}

function leadingDigit(value: bigint): number {
  return Number.parseInt(value.toString(16)[0], 16)
}

import { DeterministicError } from '../errors/hostErrors.ts'

/** Bits that graph-node allows a `BigInt` to have. */
const MAX_BITS = 435_412

/** Two's complement, little endian, of the smallest length; zero is one byte. */
export function bigIntToBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(bigIntSize(value))
  writeBigIntBytes(value, bytes.length, bytes, 0)
  return bytes
}

/** Reads two's complement, little endian, of any length; nothing is zero. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  return readBigIntBytes(bytes, 0, bytes.length)
}

/** Bytes that a number takes; the highest bit is its sign. */
export function bigIntSize(value: bigint): number {
  if (value >= -128n && value < 128n) return 1
  if (value >= -0x8000_0000n && value < 0x8000_0000n) {
    const small = Number(value)
    return Math.floor((32 - Math.clz32(small < 0 ? ~small : small)) / 8) + 1
  }
  const magnitude = value < 0n ? -value - 1n : value
  const hex = magnitude.toString(16)
  const bits = hex.length * 4 - Math.clz32(Number.parseInt(hex[0], 16)) + 28
  if (bits > MAX_BITS) {
    throw new DeterministicError(`BigInt is too big, total bits ${bits} (max ${MAX_BITS})`)
  }
  // One bit more for the sign.
  return Math.floor(bits / 8) + 1
}

/** Eight bytes through which numbers come and go. */
const limb = new DataView(new ArrayBuffer(8))
const limbBytes = new Uint8Array(limb.buffer)

/** @param size what {@link bigIntSize} gives. */
export function writeBigIntBytes(value: bigint, size: number, to: Uint8Array, at: number): void {
  let rest = value
  for (let done = 0; done < size; done += 8) {
    limb.setBigInt64(0, rest, true)
    const length = Math.min(8, size - done)
    for (let index = 0; index < length; index++) to[at + done + index] = limbBytes[index]
    if (size > 8) rest >>= 64n
  }
}

/** Reads a number of `size` bytes. */
export function readBigIntBytes(from: Uint8Array, start: number, size: number): bigint {
  if (size === 0) return 0n
  if (size * 8 > MAX_BITS + 8) {
    throw new DeterministicError(`BigInt is too big, total bits ${size * 8} (max ${MAX_BITS})`)
  }
  const end = start + size
  // The bytes of the highest limb, filled up with the sign.
  const first = Math.floor((size - 1) / 8) * 8
  limbBytes.fill(from[end - 1] > 127 ? 255 : 0)
  for (let at = start + first; at < end; at++) limbBytes[at - start - first] = from[at]
  let value = limb.getBigInt64(0, true)
  for (let offset = first - 8; offset >= 0; offset -= 8) {
    for (let index = 0; index < 8; index++) limbBytes[index] = from[start + offset + index]
    value = (value << 64n) | limb.getBigUint64(0, true)
  }
  return value
}

import { TributaryError } from '../errors/tributaryError.ts'

/** A logarithm was asked for of something that has none. */
export class Log2Error extends TributaryError {}

/** Steps of one bit: values are in 1/65536 bit. */
export const BIT_SCALE = 65_536

const FRACTION_BITS = 16
const PRECISION = 96n
const TWO = 2n << PRECISION

/**
 * Binary logarithm of a positive integer in 1/65536 bit, rounded down, without floats: the same
 * on every machine. Bit-by-bit squaring (Knuth, TAOCP 1, §1.2.2 exercise 25) with 96 fraction
 * bits; powers of two are exact.
 *
 * @example
 * log2Fixed(8n) // 196608, that is 3 · 65536
 */
export function log2Fixed(value: bigint | number): number {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) refuse(value)
  const integer = BigInt(value)
  if (integer <= 0n) refuse(value)
  const whole = integer.toString(2).length - 1
  const shift = PRECISION - BigInt(whole)
  let mantissa = shift >= 0n ? integer << shift : integer >> -shift
  let result = whole
  for (let bit = 0; bit < FRACTION_BITS; bit += 1) {
    mantissa = (mantissa * mantissa) >> PRECISION
    result *= 2
    if (mantissa >= TWO) {
      mantissa >>= 1n
      result += 1
    }
  }
  return result
}

function refuse(value: bigint | number): never {
  throw new Log2Error(`${value} is not a positive integer, so it has no logarithm`, {
    code: 'log2_domain',
  })
}

import { DeterministicError } from '../errors/hostErrors.ts'

/** Significant digits that a result keeps; negative ones may keep one more. */
export const MAX_DIGITS = 34
/** The crate's logarithm of ten to the base two. */
const BITS_OF_A_DIGIT = 3.3219280949
/** Digits that a division computes before the result is cut to {@link MAX_DIGITS}. */
const DIVISION_DIGITS = 100
const MIN_EXPONENT = -6143
const MAX_EXPONENT = 6144

/**
 * A decimal number as graph-node computes with it: the arithmetic of the Rust crate bigdecimal
 * 0.1.2, every result cut to 34 significant digits. Its quirks are kept, because results end in
 * the proof of indexing: positive numbers are rounded half up, negative ones towards zero, and to
 * 35 digits where the crate counts one too few.
 */
export class BigDecimal {
  /** The value is `digits` · 10^`exponent`; no trailing zeros, and zero has exponent 0. */
  readonly digits: bigint
  readonly exponent: number

  constructor(digits: bigint, exponent: number) {
    let length = digitCount(digits)
    const cut = length > MAX_DIGITS ? countedDigits(digits, length) - MAX_DIGITS : 0
    if (cut > 0) {
      const unit = powerOfTen(cut)
      const rest = digits % unit
      digits /= unit
      if (2n * rest >= unit) digits += 1n
      exponent += cut
    }
    if (digits === 0n) {
      this.digits = 0n
      this.exponent = 0
      return
    }
    length = trailingZeros(digits)
    this.digits = length === 0 ? digits : digits / powerOfTen(length)
    this.exponent = exponent + length
  }

  plus(other: BigDecimal): BigDecimal {
    const exponent = Math.min(this.exponent, other.exponent)
    return new BigDecimal(this.#at(exponent) + other.#at(exponent), exponent)
  }

  minus(other: BigDecimal): BigDecimal {
    const exponent = Math.min(this.exponent, other.exponent)
    return new BigDecimal(this.#at(exponent) - other.#at(exponent), exponent)
  }

  times(other: BigDecimal): BigDecimal {
    return new BigDecimal(this.digits * other.digits, this.exponent + other.exponent)
  }

  /** @throws DeterministicError when `other` is zero. */
  dividedBy(other: BigDecimal): BigDecimal {
    if (other.digits === 0n) {
      throw new DeterministicError(`attempted to divide BigDecimal \`${this}\` by zero`)
    }
    if (this.digits === 0n || (other.digits === 1n && other.exponent === 0)) return this
    const exponent = this.exponent - other.exponent
    if (this.digits === other.digits) return new BigDecimal(1n, exponent)
    const negative = this.digits < 0n !== other.digits < 0n
    const [digits, shift] = divide(magnitude(this.digits), magnitude(other.digits))
    return new BigDecimal(negative ? -digits : digits, exponent - shift)
  }

  equals(other: BigDecimal): boolean {
    return this.digits === other.digits && this.exponent === other.exponent
  }

  /** Plain notation, never with an exponent. */
  toString(): string {
    const sign = this.digits < 0n ? '-' : ''
    const digits = magnitude(this.digits).toString()
    if (this.exponent >= 0) return sign + digits + '0'.repeat(this.exponent)
    const point = digits.length + this.exponent
    if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
    return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
  }

  /**
   * @param text decimal digits with an optional sign, point and exponent, such as `-1.5e3`.
   * @returns null when the text is none.
   */
  static parse(text: string): BigDecimal | null {
    const match = /^([+-]?)(\d[\d_]*)?(?:\.([\d_]*))?(?:[eE]([+-]?\d+))?$/.exec(text)
    if (match === null) return null
    const [, sign, whole = '', fraction = '', exponent = '0'] = match
    const digits = (whole + fraction).replaceAll('_', '')
    if (digits === '') return null
    const value = BigInt(digits)
    return new BigDecimal(
      sign === '-' ? -value : value,
      Number(exponent) - fraction.replaceAll('_', '').length,
    )
  }

  /** @throws DeterministicError when the exponent is outside of what graph-node accepts. */
  checkExponent(): this {
    if (this.exponent < MIN_EXPONENT || this.exponent > MAX_EXPONENT) {
      throw new DeterministicError(
        `big decimal exponent \`${this.exponent}\` is outside the \`${MIN_EXPONENT}\` to \`${MAX_EXPONENT}\` range`,
      )
    }
    return this
  }

  /** The digits at a smaller or equal exponent. */
  #at(exponent: number): bigint {
    return this.digits * powerOfTen(this.exponent - exponent)
  }
}

/** Quotient of two positive numbers to 100 digits, and by how many digits it was shifted. */
function divide(numerator: bigint, denominator: bigint): [quotient: bigint, shift: number] {
  let shift = Math.max(0, digitCount(denominator) - digitCount(numerator))
  if (numerator * powerOfTen(shift) < denominator) shift += 1
  let quotient = (numerator * powerOfTen(shift)) / denominator
  let rest = (numerator * powerOfTen(shift)) % denominator
  if (rest === 0n) return [quotient, shift]
  const more = Math.max(0, DIVISION_DIGITS - digitCount(quotient))
  rest *= powerOfTen(more)
  quotient = quotient * powerOfTen(more) + rest / denominator
  rest %= denominator
  if ((rest * 10n) / denominator >= 5n) quotient += 1n
  return [quotient, shift + more]
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}

function digitCount(value: bigint): number {
  return magnitude(value).toString().length
}

/**
 * How many digits the crate thinks that a number has: it guesses by the number's bits, and makes up
 * for what the guess lacks of positive numbers alone.
 */
function countedDigits(value: bigint, digits: number): number {
  if (value > 0n) return digits
  return Math.floor((-value).toString(2).length / BITS_OF_A_DIGIT)
}

function trailingZeros(value: bigint): number {
  const text = value.toString()
  let count = 0
  while (text.charCodeAt(text.length - 1 - count) === 48) count += 1
  return count
}

const POWERS: bigint[] = [1n]

function powerOfTen(exponent: number): bigint {
  if (exponent > 400) return 10n ** BigInt(exponent)
  for (let known = POWERS.length; known <= exponent; known++) POWERS.push(POWERS[known - 1] * 10n)
  return POWERS[exponent]
}

import { DeterministicError } from '../../errors/hostErrors.ts'
import { BigDecimal } from '../../values/bigDecimal.ts'
import { decimalProblem, integerProblem } from '../../values/parseProblems.ts'
import { powerCost } from '../hostGas.ts'
import { readBigDecimal, readBigInt, writeBigDecimal, writeBigInt } from '../marshal/numbers.ts'
import type { Guest, Imports } from './guest.ts'

/** `bigInt.*` and `bigDecimal.*`. */
export function numberImports(guest: Guest): Imports {
  const integer = (pointer: number) => readBigInt(guest.heap, pointer)
  const decimal = (pointer: number) => readBigDecimal(guest.heap, pointer)
  const ofIntegers = (compute: (x: bigint, y: bigint) => bigint) => (x: number, y: number) =>
    writeBigInt(guest.heap, compute(integer(x), integer(y)))
  const byByte = (compute: (x: bigint, y: bigint) => bigint) => (x: number, y: number) =>
    writeBigInt(guest.heap, compute(integer(x), BigInt(y & 255)))
  const ofDecimals =
    (compute: (x: BigDecimal, y: BigDecimal) => BigDecimal) => (x: number, y: number) =>
      writeBigDecimal(guest.heap, compute(decimal(x), decimal(y)))
  return {
    'bigInt.plus': ofIntegers((x, y) => x + y),
    'bigInt.minus': ofIntegers((x, y) => x - y),
    'bigInt.times': ofIntegers((x, y) => x * y),
    'bigInt.dividedBy': ofIntegers((x, y) => {
      if (y === 0n) throw new DeterministicError(`attempted to divide BigInt \`${x}\` by zero`)
      return x / y
    }),
    'bigInt.mod': ofIntegers((x, y) => {
      if (y === 0n) {
        throw new DeterministicError(
          `attempted to calculate the remainder of \`${x}\` with a divisor of zero`,
        )
      }
      return x % y
    }),
    'bigInt.bitOr': ofIntegers((x, y) => x | y),
    'bigInt.bitAnd': ofIntegers((x, y) => x & y),
    'bigInt.pow': byByte((x, exponent) => {
      guest.gas.spend(powerCost(x, Number(exponent)))
      return x ** exponent
    }),
    'bigInt.leftShift': byByte((x, bits) => x << bits),
    'bigInt.rightShift': byByte((x, bits) => x >> bits),
    'bigInt.fromString': (text: number) =>
      writeBigInt(guest.heap, parseBigInt(guest.heap.readString(text))),
    'bigInt.dividedByDecimal': (x: number, y: number) =>
      writeBigDecimal(guest.heap, new BigDecimal(integer(x), 0).dividedBy(decimal(y))),
    'bigDecimal.plus': ofDecimals((x, y) => x.plus(y)),
    'bigDecimal.minus': ofDecimals((x, y) => x.minus(y)),
    'bigDecimal.times': ofDecimals((x, y) => x.times(y)),
    'bigDecimal.dividedBy': ofDecimals((x, y) => x.dividedBy(y)),
    'bigDecimal.equals': (x: number, y: number) => (decimal(x).equals(decimal(y)) ? 1 : 0),
    'bigDecimal.toString': (x: number) => guest.heap.string(decimal(x).toString()),
    'bigDecimal.fromString': (pointer: number) => {
      const text = guest.heap.readString(pointer)
      const value = BigDecimal.parse(text)
      if (value === null) {
        throw new DeterministicError(
          `string  is not a BigDecimal: '${text}': ${decimalProblem(text)}`,
        )
      }
      return writeBigDecimal(guest.heap, value)
    },
  }
}

function parseBigInt(text: string): bigint {
  if (!/^[+-]?\d[\d_]*$/.test(text)) {
    throw new DeterministicError(`string is not a BigInt: \`${text}\`: ${integerProblem(text)}`)
  }
  const digits = text.replaceAll('_', '').replace(/^\+/, '')
  return digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits)
}

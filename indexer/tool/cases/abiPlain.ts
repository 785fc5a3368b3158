import type { AbiType } from '../../abi/abiType.ts'
import type { AbiValue } from '../../abi/abiValue.ts'
import { hexToBytes } from '../../values/hex.ts'
import { asBigInt, asList, asText, CaseError, type Plain } from './plain.ts'

/** Reads a Solidity value as test files write it; tuples are lists in the order of their parts. */
export function toAbiValue(type: AbiType, value: Plain | undefined, place: string): AbiValue {
  switch (type.kind) {
    case 'address':
      return { kind: 'address', value: bytesOf(value, 20, place) }
    case 'fixedBytes':
      return { kind: 'fixedBytes', value: bytesOf(value, type.size, place) }
    case 'function':
      return { kind: 'function', value: bytesOf(value, 24, place) }
    case 'bytes':
      return { kind: 'bytes', value: bytesOf(value, null, place) }
    case 'string':
      return { kind: 'string', value: asText(value, place) }
    case 'bool':
      return { kind: 'bool', value: boolOf(value, place) }
    case 'int':
    case 'uint': {
      const number = asBigInt(value, place)
      const [least, most] =
        type.kind === 'uint'
          ? [0n, (1n << BigInt(type.bits)) - 1n]
          : [-(1n << BigInt(type.bits - 1)), (1n << BigInt(type.bits - 1)) - 1n]
      if (number < least || number > most) {
        throw new CaseError(place, `${number} is no ${type.kind}${type.bits}`)
      }
      return { kind: type.kind, value: number }
    }
    case 'array': {
      const items = asList(value, place)
      if (type.length !== null && items.length !== type.length) {
        throw new CaseError(place, `expected ${type.length} elements, not ${items.length}`)
      }
      const values = items.map((item, at) => toAbiValue(type.element, item, `${place}[${at}]`))
      return { kind: type.length === null ? 'array' : 'fixedArray', value: values }
    }
    case 'tuple': {
      const items = asList(value, place)
      if (items.length !== type.components.length) {
        throw new CaseError(place, `expected a tuple of ${type.components.length} parts as a list`)
      }
      const parts = type.components.map((part, at) =>
        toAbiValue(part, items[at], `${place}[${at}]`),
      )
      return { kind: 'tuple', value: parts }
    }
  }
}

export function boolOf(value: Plain | undefined, place: string): boolean {
  if (value === 'true') return true
  if (value === 'false') return false
  throw new CaseError(place, `expected true or false, not ${JSON.stringify(value)}`)
}

/** @param size how many there must be; null for any. */
export function bytesOf(value: Plain | undefined, size: number | null, place: string): Uint8Array {
  const text = asText(value, place)
  const bytes = text.startsWith('0x') ? hexToBytes(text) : null
  if (bytes === null) throw new CaseError(place, `expected 0x and pairs of digits, not ${text}`)
  if (size !== null && bytes.length !== size) {
    throw new CaseError(place, `expected ${size} bytes, not ${bytes.length}: ${text}`)
  }
  return bytes
}

/** Bytes of a known length as text, `0x…` in lower case. */
export function hexOf(value: Plain | undefined, size: number, place: string): string {
  return `0x${Buffer.from(bytesOf(value, size, place)).toString('hex')}`
}

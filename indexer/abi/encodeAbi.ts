import type { AbiValue } from './abiValue.ts'

/** Encodes a sequence of values as the Solidity ABI encodes arguments. */
export function encodeAbi(values: readonly AbiValue[]): Uint8Array {
  return new Uint8Array(Buffer.concat(encodeSequence(values)))
}

function encodeSequence(values: readonly AbiValue[]): Uint8Array[] {
  const parts = values.map((value) => ({ dynamic: isDynamicValue(value), body: encode(value) }))
  const headLength = parts.reduce(
    (sum, { dynamic, body }) => sum + (dynamic ? 32 : lengthOf(body)),
    0,
  )
  const head: Uint8Array[] = []
  const tail: Uint8Array[] = []
  let offset = headLength
  for (const { dynamic, body } of parts) {
    if (!dynamic) {
      head.push(...body)
      continue
    }
    head.push(word(BigInt(offset)))
    tail.push(...body)
    offset += lengthOf(body)
  }
  return [...head, ...tail]
}

function encode(value: AbiValue): Uint8Array[] {
  switch (value.kind) {
    case 'address':
      return [leftPadded(value.value)]
    case 'fixedBytes':
    case 'function':
      return [rightPadded(value.value)]
    case 'int':
    case 'uint':
      return [word(BigInt.asUintN(256, value.value))]
    case 'bool':
      return [word(value.value ? 1n : 0n)]
    case 'bytes':
      return [word(BigInt(value.value.length)), rightPadded(value.value)]
    case 'string': {
      const bytes = Buffer.from(value.value, 'utf8')
      return [word(BigInt(bytes.length)), rightPadded(bytes)]
    }
    case 'array':
      return [word(BigInt(value.value.length)), ...encodeSequence(value.value)]
    case 'fixedArray':
    case 'tuple':
      return encodeSequence(value.value)
  }
}

function isDynamicValue(value: AbiValue): boolean {
  switch (value.kind) {
    case 'bytes':
    case 'string':
    case 'array':
      return true
    case 'fixedArray':
    case 'tuple':
      return value.value.some(isDynamicValue)
    default:
      return false
  }
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0)
}

function word(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
}

function leftPadded(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(32)
  padded.set(bytes, 32 - bytes.length)
  return padded
}

function rightPadded(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / 32) * 32)
  padded.set(bytes)
  return padded
}

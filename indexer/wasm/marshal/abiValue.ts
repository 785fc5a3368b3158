import type { AbiValue } from '../../abi/abiValue.ts'
import { DeterministicError } from '../../errors/hostErrors.ts'
import { checkDepth, type Heap, notNull } from '../memory/heap.ts'
import { TypeId } from '../memory/typeId.ts'
import { readBigInt, writeBigInt } from './numbers.ts'

/** In the order of `ethereum.ValueKind` of graph-ts. */
const KINDS = [
  'address',
  'fixedBytes',
  'bytes',
  'int',
  'uint',
  'bool',
  'string',
  'fixedArray',
  'array',
  'tuple',
  'function',
] as const

/** Writes an `ethereum.Value`. */
export function writeAbiValue(heap: Heap, value: AbiValue): number {
  return heap.taggedNumber(TypeId.EthereumValue, KINDS.indexOf(value.kind), payload(heap, value))
}

/** Writes an `Array<ethereum.Value>`. */
export function writeAbiValues(heap: Heap, values: readonly AbiValue[]): number {
  const pointers = values.map((value) => writeAbiValue(heap, value))
  return heap.array(TypeId.ArrayEthereumValue, pointers)
}

/** Reads an `ethereum.Value`. */
export function readAbiValue(heap: Heap, pointer: number, depth = 0): AbiValue {
  notNull(pointer)
  checkDepth(depth)
  const code = heap.readU32(pointer)
  const inner = heap.readU32(pointer + 8)
  const kind = KINDS[code]
  switch (kind) {
    case 'address':
    case 'fixedBytes':
    case 'bytes':
    case 'function':
      return { kind, value: heap.readBytes(inner) }
    case 'int':
    case 'uint':
      return { kind, value: readBigInt(heap, inner) }
    case 'bool':
      return { kind, value: inner !== 0 }
    case 'string':
      return { kind, value: heap.readString(inner) }
    case 'fixedArray':
    case 'array':
    case 'tuple':
      return {
        kind,
        value: heap.readArray(inner).map((element) => readAbiValue(heap, element, depth + 1)),
      }
    default:
      throw new DeterministicError(`ethereum value has the unknown kind ${code}`)
  }
}

function payload(heap: Heap, value: AbiValue): number {
  switch (value.kind) {
    case 'address':
    case 'fixedBytes':
    case 'bytes':
    case 'function':
      return heap.bytes(value.value)
    case 'int':
    case 'uint':
      return writeBigInt(heap, value.value)
    case 'bool':
      return value.value ? 1 : 0
    case 'string':
      return heap.string(value.value)
    case 'fixedArray':
    case 'array':
    case 'tuple':
      return writeAbiValues(heap, value.value)
  }
}

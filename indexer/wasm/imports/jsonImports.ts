import { DeterministicError } from '../../errors/hostErrors.ts'
import { integerProblem } from '../../values/parseProblems.ts'
import { parseJson, writeJson } from '../marshal/json.ts'
import { writeBigInt } from '../marshal/numbers.ts'
import { TypeId } from '../memory/typeId.ts'
import type { Guest, Imports } from './guest.ts'

/** `json.*`. */
export function jsonImports(guest: Guest): Imports {
  const heap = guest.heap
  return {
    'json.fromBytes': (pointer: number) => {
      const bytes = heap.readBytes(pointer)
      const parsed = parseJson(bytes)
      if ('problem' in parsed) {
        throw new DeterministicError(
          `Failed to parse JSON from byte array. Bytes (truncated to 1024 chars): \`[${bytes.subarray(0, 1024).join(', ')}]\`: ${parsed.problem}`,
        )
      }
      return writeJson(heap, parsed.json)
    },
    'json.try_fromBytes': (pointer: number) => {
      const parsed = parseJson(heap.readBytes(pointer))
      if ('problem' in parsed) {
        return heap.record(TypeId.ResultJsonValueBool, [0, heap.flag(TypeId.WrappedBool, true)])
      }
      const wrapped = heap.record(TypeId.WrappedJsonValue, [writeJson(heap, parsed.json)])
      return heap.record(TypeId.ResultJsonValueBool, [wrapped, 0])
    },
    'json.toI64': (text: number) =>
      toInteger(heap.readString(text), 'i64', -(2n ** 63n), 2n ** 63n),
    'json.toU64': (text: number) => toInteger(heap.readString(text), 'u64', 0n, 2n ** 64n),
    'json.toF64': (pointer: number) => {
      const text = heap.readString(pointer)
      const value = Number(text)
      if (text.trim() === '' || Number.isNaN(value)) {
        throw new DeterministicError(`JSON \`${text}\` cannot be parsed as f64`)
      }
      return value
    },
    'json.toBigInt': (pointer: number) => {
      const text = heap.readString(pointer)
      if (!/^[+-]?\d+$/.test(text)) {
        throw new DeterministicError(
          `JSON \`${text}\` is not a decimal string: ${integerProblem(text)}`,
        )
      }
      return writeBigInt(heap, BigInt(text.replace(/^\+/, '')))
    },
  }
}

function toInteger(text: string, type: string, least: bigint, end: bigint): bigint {
  if (/^[+-]?\d+$/.test(text)) {
    const value = BigInt(text.replace(/^\+/, ''))
    if (value >= least && value < end) return value
  }
  throw new DeterministicError(`JSON \`${text}\` cannot be parsed as ${type}`)
}

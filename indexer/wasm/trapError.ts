import { DeterministicError, TransientError } from '../errors/hostErrors.ts'
import { gasMessage, MAX_GAS } from './hostGas.ts'

/** What V8 says of a trap, and what graph-node's runtime says. */
const TRAPS: readonly (readonly [v8: string, wasmtime: string])[] = [
  ['unreachable', 'wasm `unreachable` instruction executed'],
  ['memory access out of bounds', 'out of bounds memory access'],
  ['divide by zero', 'integer divide by zero'],
  ['remainder by zero', 'integer divide by zero'],
  ['divide result unrepresentable', 'integer overflow'],
  ['float unrepresentable in integer range', 'invalid conversion to integer'],
  ['table index is out of bounds', 'undefined element: out of bounds table access'],
  ['null function or function signature mismatch', 'indirect call type mismatch'],
]

/**
 * The error that a run's end by WebAssembly itself stands for: traps repeat, a full stack may not.
 *
 * @param outOfFuel whether the run had executed all that it may.
 * @returns the error as it is when it is none of WebAssembly.
 */
export function trapError(cause: unknown, outOfFuel: boolean): unknown {
  if (cause instanceof WebAssembly.RuntimeError) {
    if (outOfFuel) return new DeterministicError(gasMessage(MAX_GAS), { cause })
    const known = TRAPS.find(([v8]) => cause.message === v8)
    return new DeterministicError(`wasm trap: ${known?.[1] ?? cause.message}`, { cause })
  }
  if (cause instanceof RangeError) {
    const overflow = cause.message === 'Maximum call stack size exceeded'
    const message = overflow
      ? 'wasm trap: call stack exhausted'
      : `the handler exhausted the host: ${cause.message}`
    return new TransientError(message, { cause })
  }
  return cause
}

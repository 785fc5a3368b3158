import { DeterministicError } from '../../errors/hostErrors.ts'
import { TypeId } from './typeId.ts'

/** What the host uses of a module's exports. */
export interface GuestExports {
  readonly memory: WebAssembly.Memory
  readonly allocate: (size: number) => number
  readonly id_of_type: (index: number) => number
}

/** Bytes before the address of every object: sizes, the collector's words, runtime id, length. */
const HEADER = 20
/** The least that is asked of the guest's allocator at once. */
const ARENA = 10_000
/** How deep objects that the guest hands out may stand in each other. */
export const MAX_DEPTH = 128

/**
 * A guest's memory as AssemblyScript 0.19 lays it out. The host allocates from arenas that it
 * asks the guest for; addresses are those of an object's content, 0 is null.
 */
export class Heap {
  readonly #runtimeIds = new Map<number, number>()
  #exports: GuestExports | null = null
  #view = new DataView(new ArrayBuffer(0))
  #bytes = new Uint8Array()
  #arena = 0
  #free = 0

  /** Names the instance; imports need a heap before there is one. */
  attach(exports: GuestExports): void {
    this.#exports = exports
  }

  /** Forgets the arena, as the guest's memory was put back to its state after the start. */
  reset(): void {
    this.#free = 0
  }

  string(text: string): number {
    const length = text.length * 2
    const pointer = this.#object(TypeId.String, length)
    const view = this.#fresh()
    for (let at = 0; at < text.length; at++) {
      view.setUint16(pointer + at * 2, text.charCodeAt(at), true)
    }
    return pointer
  }

  /** A `Uint8Array`, which `Bytes`, `Address`, `ByteArray` and `BigInt` are. */
  bytes(content: Uint8Array): number {
    const buffer = this.#object(TypeId.ArrayBuffer, content.length)
    this.#fresh()
    this.#bytes.set(content, buffer)
    return this.record(TypeId.Uint8Array, [buffer, buffer, content.length])
  }

  /** An `Array` of pointers. */
  array(typeId: number, pointers: readonly number[]): number {
    const size = pointers.length * 4
    const buffer = this.#object(TypeId.ArrayBuffer, size)
    const view = this.#fresh()
    for (let at = 0; at < pointers.length; at++) {
      view.setUint32(buffer + at * 4, pointers[at], true)
    }
    return this.record(typeId, [buffer, buffer, size, pointers.length])
  }

  /** An object whose fields are all of four bytes. */
  record(typeId: number, fields: readonly number[]): number {
    const pointer = this.#object(typeId, fields.length * 4)
    const view = this.#fresh()
    for (let at = 0; at < fields.length; at++) view.setUint32(pointer + at * 4, fields[at], true)
    return pointer
  }

  /** A value with its kind: what graph-ts makes of Rust's enumerations. */
  tagged(typeId: number, kind: number, payload: bigint): number {
    const pointer = this.#object(typeId, 16)
    const view = this.#fresh()
    view.setUint32(pointer, kind, true)
    view.setBigUint64(pointer + 8, BigInt.asUintN(64, payload), true)
    return pointer
  }

  /** An object of one byte: the content of `Wrapped<bool>`. */
  flag(typeId: number, value: boolean): number {
    const pointer = this.#object(typeId, 1)
    this.#fresh().setUint8(pointer, value ? 1 : 0)
    return pointer
  }

  readU32(pointer: number): number {
    return this.#read(pointer, 4).getUint32(pointer, true)
  }

  readU8(pointer: number): number {
    return this.#read(pointer, 1).getUint8(pointer)
  }

  readU64(pointer: number): bigint {
    return this.#read(pointer, 8).getBigUint64(pointer, true)
  }

  /** @throws DeterministicError when the pointer is null or the text is no UTF-16. */
  readString(pointer: number): string {
    notNull(pointer)
    const length = this.readU32(pointer - 4)
    this.#read(pointer, length)
    const text = Buffer.from(this.#bytes.buffer, pointer, length).toString('utf16le')
    if (!text.isWellFormed()) throw new DeterministicError('invalid utf-16: lone surrogate found')
    return text.includes('\0') ? text.replaceAll('\0', '') : text
  }

  /** A copy of a typed array's content. */
  readBytes(pointer: number): Uint8Array {
    notNull(pointer)
    const start = this.readU32(pointer + 4)
    const length = this.readU32(pointer + 8)
    this.#read(start, length)
    return this.#bytes.slice(start, start + length)
  }

  /** The pointers of an `Array`. */
  readArray(pointer: number): number[] {
    notNull(pointer)
    const start = this.readU32(pointer + 4)
    const length = this.readU32(pointer + 12)
    const view = this.#read(start, length * 4)
    return Array.from({ length }, (_, at) => view.getUint32(start + at * 4, true))
  }

  #fresh(): DataView {
    // Growing the memory detaches the buffer that views were made of.
    const { buffer } = this.#guest().memory
    if (this.#view.buffer !== buffer) {
      this.#view = new DataView(buffer)
      this.#bytes = new Uint8Array(buffer)
    }
    return this.#view
  }

  #guest(): GuestExports {
    if (this.#exports === null) throw new Error('the heap was used before its instance was made')
    return this.#exports
  }

  #read(pointer: number, length: number): DataView {
    const view = this.#fresh()
    if (pointer < 0 || pointer + length > view.byteLength) {
      throw new DeterministicError(`Heap access out of bounds. Offset: ${pointer} Size: ${length}`)
    }
    return view
  }

  #object(typeId: number, length: number): number {
    const padded = Math.ceil((HEADER + length) / 16) * 16
    if (padded > this.#free) {
      const size = Math.max(padded + 12, ARENA)
      // The allocator's own word stands 4 bytes before a multiple of 16; an object's content must
      // stand at one, so its header begins 12 bytes behind the arena's start.
      this.#arena = this.#guest().allocate(size) + 12
      this.#free = size - 12
    }
    const start = this.#arena
    this.#arena += padded
    this.#free -= padded
    const view = this.#fresh()
    view.setUint32(start, padded - 4, true)
    view.setUint32(start + 4, 0, true)
    view.setUint32(start + 8, 0, true)
    view.setUint32(start + 12, this.#runtimeId(typeId), true)
    view.setUint32(start + 16, length, true)
    return start + HEADER
  }

  #runtimeId(typeId: number): number {
    const known = this.#runtimeIds.get(typeId)
    if (known !== undefined) return known
    const id = this.#guest().id_of_type(typeId)
    this.#runtimeIds.set(typeId, id)
    return id
  }
}

/** @throws DeterministicError with graph-node's advice when the guest passed null. */
export function notNull(pointer: number): void {
  if (pointer !== 0) return
  throw new DeterministicError(
    "Tried to read AssemblyScript value that is 'null'. Suggestion: look into the function that the error happened and add 'log' calls till you find where a 'null' value is being used as non-nullable. It's likely that you're calling a 'graph-ts' function (or operator) with a 'null' value when it doesn't support it.",
  )
}

/** @throws DeterministicError when objects stand in each other too deeply. */
export function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw new DeterministicError('recursion limit reached')
}

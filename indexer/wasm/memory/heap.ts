import { DeterministicError } from '../../errors/hostErrors.ts'
import type { HostGas } from '../hostGas.ts'
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

/** Bytes that an element of an array takes in the host, at least. */
const ELEMENT = 32

/** Units in a text that are handed to one call; a longer one is decoded as a whole. */
const SHORT = 256

/** Objects that stand at the same place with the same content in each of some runs. */
interface Prefix {
  readonly key: object
  /** Where it begins in the arena, and where the next object goes. */
  readonly start: number
  readonly end: number
  readonly content: Uint8Array
  readonly pointer: number
}

/**
 * A guest's memory as AssemblyScript 0.19 lays it out. The host allocates from arenas that it
 * asks the guest for; addresses are those of an object's content, 0 is null.
 */
export class Heap {
  readonly #runtimeIds = new Map<number, number>()
  #exports: GuestExports | null = null
  #bytes = new Uint8Array()
  #units = new Uint16Array()
  #words = new Uint32Array()
  #view = new DataView(new ArrayBuffer(0))
  #arena = 0
  #free = 0
  /** Arenas asked for since the reset. */
  #arenas = 0
  /** Address of the first arena, which is the same after every reset. */
  #firstArena = 0
  /** Texts under the first arena: they are there from the start, and texts never change. */
  readonly #constants = new Map<number, string>()
  /** Where those texts stand. */
  readonly #places = new Map<string, number>()
  /** Texts that the host wrote since the reset. */
  readonly #written = new Map<number, string>()
  readonly #prefixes: Prefix[] = []
  /** Prefixes that stand in memory since the reset, with nothing else before or between them. */
  #standing = 0

  readonly #gas: HostGas

  constructor(gas: HostGas) {
    this.#gas = gas
  }

  /** Names the instance; imports need a heap before there is one. */
  attach(exports: GuestExports): void {
    this.#exports = exports
  }

  /** Forgets the arena, as the guest's memory was put back to its state after the start. */
  reset(): void {
    this.#free = 0
    this.#arenas = 0
    this.#standing = 0
    this.#written.clear()
  }

  /**
   * Writes objects that many runs are given alike, such as a block. When they are the first that
   * is written after a reset, or follow others of this kind, and the last run had the same, they
   * are copied as they stood.
   *
   * @param key tells by its identity whether the content is the same.
   */
  shared(key: object, write: () => number): number {
    const index = this.#standing
    const known = this.#prefixes[index]
    if (this.#arenas === 0) this.#allocateArena(ARENA)
    const start = this.#arena
    if (this.#arenas > 1 || start !== (this.#prefixes[index - 1]?.end ?? this.#firstArena)) {
      return write()
    }
    if (known?.key === key && known.start === start) {
      this.#fresh()
      this.#bytes.set(known.content, start)
      this.#free -= known.end - start
      this.#arena = known.end
      this.#standing = index + 1
      return known.pointer
    }
    const pointer = write()
    if (this.#arenas > 1) return pointer
    const end = this.#arena
    this.#prefixes.length = index
    this.#prefixes.push({ key, start, end, content: this.#bytes.slice(start, end), pointer })
    this.#standing = index + 1
    return pointer
  }

  string(text: string): number {
    const length = text.length
    const pointer = this.#object(TypeId.String, length * 2)
    const units = this.#units
    const start = pointer >>> 1
    for (let index = 0; index < length; index++) units[start + index] = text.charCodeAt(index)
    // What a guest reads and hands back is known without decoding it; reading strips zeros.
    if (length < SHORT && !text.includes('\0')) this.#written.set(pointer, text)
    return pointer
  }

  /** A text that the guest's code probably holds itself, such as the name of a field. */
  name(text: string): number {
    return this.#places.get(text) ?? this.string(text)
  }

  /** A `Uint8Array`, which `Bytes`, `Address`, `ByteArray` and `BigInt` are. */
  bytes(content: Uint8Array): number {
    const length = content.length
    const buffer = this.#object(TypeId.ArrayBuffer, length)
    this.#bytes.set(content, buffer)
    return this.#typedArray(buffer, length)
  }

  /** A `Uint8Array` whose content is written into the guest's memory without a copy in between. */
  bytesBy(length: number, write: (memory: Uint8Array, at: number) => void): number {
    const buffer = this.#object(TypeId.ArrayBuffer, length)
    write(this.#bytes, buffer)
    return this.#typedArray(buffer, length)
  }

  /** An `Array` of pointers. */
  array(typeId: number, pointers: readonly number[]): number {
    const size = pointers.length * 4
    const buffer = this.#object(TypeId.ArrayBuffer, size)
    for (let at = 0; at < pointers.length; at++) this.#words[(buffer >>> 2) + at] = pointers[at]
    return this.record(typeId, [buffer, buffer, size, pointers.length])
  }

  /** An object whose fields are all of four bytes. */
  record(typeId: number, fields: readonly number[]): number {
    const pointer = this.#object(typeId, fields.length * 4)
    for (let at = 0; at < fields.length; at++) this.#words[(pointer >>> 2) + at] = fields[at]
    return pointer
  }

  /** A value with its kind: what graph-ts makes of Rust's enumerations. */
  tagged(typeId: number, kind: number, payload: bigint): number {
    const low = Number(BigInt.asUintN(32, payload))
    return this.#tagged(typeId, kind, low, Number(BigInt.asUintN(32, payload >> 32n)))
  }

  /** The same with a pointer, or a number that takes 32 bits with its sign. */
  taggedNumber(typeId: number, kind: number, payload: number): number {
    return this.#tagged(typeId, kind, payload, payload < 0 ? 0xffffffff : 0)
  }

  /** An object of one byte: the content of `Wrapped<bool>`. */
  flag(typeId: number, value: boolean): number {
    const pointer = this.#object(typeId, 1)
    this.#bytes[pointer] = value ? 1 : 0
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
    const known = this.#written.get(pointer) ?? this.#constants.get(pointer)
    if (known !== undefined) return known
    notNull(pointer)
    const length = this.readU32(pointer - 4)
    this.#read(pointer, length)
    this.#gas.copy(length)
    const text = this.#decode(pointer, length)
    if (!text.isWellFormed()) throw new DeterministicError('invalid utf-16: lone surrogate found')
    const clean = text.includes('\0') ? text.replaceAll('\0', '') : text
    if (pointer < this.#firstArena) {
      this.#constants.set(pointer, clean)
      if (clean === text) this.#places.set(text, pointer)
    }
    return clean
  }

  /** A copy of a typed array's content. */
  readBytes(pointer: number): Uint8Array {
    notNull(pointer)
    const view = this.#read(pointer, 12)
    const start = view.getUint32(pointer + 4, true)
    const length = view.getUint32(pointer + 8, true)
    this.#read(start, length)
    this.#gas.copy(length)
    return this.#bytes.slice(start, start + length)
  }

  /** Reads a typed array where it stands; `read` must not keep the memory. */
  readBytesBy<Value>(
    pointer: number,
    read: (memory: Uint8Array, start: number, length: number) => Value,
  ): Value {
    notNull(pointer)
    const view = this.#read(pointer, 12)
    const start = view.getUint32(pointer + 4, true)
    const length = view.getUint32(pointer + 8, true)
    this.#read(start, length)
    return read(this.#bytes, start, length)
  }

  /** The pointers of an `Array`. */
  readArray(pointer: number): number[] {
    notNull(pointer)
    const start = this.readU32(pointer + 4)
    const length = this.readU32(pointer + 12)
    const view = this.#read(start, length * 4)
    this.#gas.copy(length * ELEMENT)
    const pointers = new Array<number>(length)
    for (let at = 0; at < length; at++) pointers[at] = view.getUint32(start + at * 4, true)
    return pointers
  }

  #decode(pointer: number, length: number): string {
    if (length <= SHORT * 2 && length % 2 === 0 && pointer % 2 === 0) {
      const start = pointer >>> 1
      const units = this.#units.subarray(start, start + (length >>> 1))
      return String.fromCharCode.apply(null, units as unknown as number[])
    }
    return Buffer.from(this.#bytes.buffer, pointer, length).toString('utf16le')
  }

  #typedArray(buffer: number, length: number): number {
    const pointer = this.#object(TypeId.Uint8Array, 12)
    const at = pointer >>> 2
    this.#words[at] = buffer
    this.#words[at + 1] = buffer
    this.#words[at + 2] = length
    return pointer
  }

  #tagged(typeId: number, kind: number, low: number, high: number): number {
    const pointer = this.#object(typeId, 16)
    const at = pointer >>> 2
    this.#words[at] = kind
    this.#words[at + 1] = 0
    this.#words[at + 2] = low
    this.#words[at + 3] = high
    return pointer
  }

  /** Growing the memory detaches the buffer that views were made of, which leaves them empty. */
  #fresh(): void {
    if (this.#bytes.length !== 0) return
    const { buffer } = this.#guest().memory
    this.#bytes = new Uint8Array(buffer)
    this.#units = new Uint16Array(buffer)
    this.#words = new Uint32Array(buffer)
    this.#view = new DataView(buffer)
  }

  #guest(): GuestExports {
    if (this.#exports === null) throw new Error('the heap was used before its instance was made')
    return this.#exports
  }

  #read(pointer: number, length: number): DataView {
    this.#fresh()
    if (pointer < 0 || pointer + length > this.#bytes.length) {
      throw new DeterministicError(`Heap access out of bounds. Offset: ${pointer} Size: ${length}`)
    }
    return this.#view
  }

  #object(typeId: number, length: number): number {
    const padded = (HEADER + length + 15) & ~15
    if (padded > this.#free) this.#allocateArena(Math.max(padded + 12, ARENA))
    const runtimeId = this.#runtimeIds.get(typeId) ?? this.#runtimeId(typeId)
    this.#fresh()
    const start = this.#arena
    this.#arena += padded
    this.#free -= padded
    const at = start >>> 2
    this.#words[at] = padded - 4
    this.#words[at + 1] = 0
    this.#words[at + 2] = 0
    this.#words[at + 3] = runtimeId
    this.#words[at + 4] = length
    return start + HEADER
  }

  #allocateArena(size: number): void {
    // The allocator's own word stands 4 bytes before a multiple of 16; an object's content must
    // stand at one, so its header begins 12 bytes behind the arena's start.
    this.#arena = this.#guest().allocate(size) + 12
    this.#free = size - 12
    if (this.#arenas === 0) this.#firstArena = this.#arena
    this.#arenas += 1
    this.#fresh()
  }

  #runtimeId(typeId: number): number {
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

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Kernel {
  readonly memory: WebAssembly.Memory
  input(): number
  state(): number
  digest(): number
  reset(): void
  root(): void
  child(number: number): void
  bytes(at: number, length: number): void
  integer(value: number): void
  present(): void
  mixin(): void
  finish(): void
  xxh3Of(length: number, seed: bigint): void
  event(): void
}

/** Bytes of a hasher that can be put aside and taken up again. */
const STATE_BYTES = 32
const HASH_BYTES = 16

const WASM = join(import.meta.dirname, 'stableHash.wasm')

/**
 * graph-node's fast stable hash: fields at addresses, in any order. Its state can be put aside
 * with {@link state} and taken up with {@link resume}, which is how a proof of indexing goes on
 * from block to block.
 */
export class StableHash {
  readonly #kernel: Kernel
  readonly #input: number

  constructor() {
    const module = new WebAssembly.Module(readFileSync(WASM))
    this.#kernel = new WebAssembly.Instance(module, {}).exports as unknown as Kernel
    this.#input = this.#kernel.input()
  }

  reset(): this {
    this.#kernel.reset()
    return this
  }

  /** Moves to the address that a path of children leads to from the root. */
  at(...path: readonly number[]): this {
    this.#kernel.root()
    for (const number of path) this.#kernel.child(number)
    return this
  }

  /** Writes bytes at the address; empty ones leave no trace. */
  bytes(bytes: Uint8Array): this {
    this.memory(bytes.length).set(bytes)
    this.#kernel.bytes(this.#input, bytes.length)
    return this
  }

  /** Writes a whole number at the address; 0 leaves no trace. */
  integer(value: number): this {
    this.memory(8)
    this.#kernel.integer(value)
    return this
  }

  /** Writes that there is something at the address. */
  present(): this {
    this.#kernel.present()
    return this
  }

  /** Writes the event that stands at the start of {@link memory}. */
  event(): this {
    this.#kernel.event()
    return this
  }

  /** Adds all fields of another hasher. */
  mixin(state: Uint8Array): this {
    this.#bytes(this.#kernel.digest(), STATE_BYTES).set(state)
    this.#kernel.mixin()
    return this
  }

  state(): Uint8Array {
    return this.#bytes(this.#kernel.state(), STATE_BYTES).slice()
  }

  resume(state: Uint8Array): this {
    this.#bytes(this.#kernel.state(), STATE_BYTES).set(state)
    return this
  }

  /** The hash of all fields, little endian. */
  finish(): Uint8Array {
    this.#kernel.finish()
    return this.#bytes(this.#kernel.digest(), HASH_BYTES).slice()
  }

  /** XXH3 of 128 bits, little endian: the hash of one field. */
  xxh3(bytes: Uint8Array, seed: bigint): Uint8Array {
    this.memory(bytes.length).set(bytes)
    this.#kernel.xxh3Of(bytes.length, seed)
    return this.#bytes(this.#kernel.digest(), HASH_BYTES).slice()
  }

  /** Memory for what is to be hashed; to be asked for anew whenever more is needed. */
  memory(length: number): Uint8Array {
    const { memory } = this.#kernel
    const missing = this.#input + length - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / 65_536))
    return new Uint8Array(memory.buffer, this.#input)
  }

  #bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#kernel.memory.buffer, at, length)
  }
}

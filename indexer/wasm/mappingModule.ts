import { TransientError } from '../errors/hostErrors.ts'
import type { HandlerContext } from './handlerContext.ts'
import { HostGas } from './hostGas.ts'
import { hostImports } from './imports/hostImports.ts'
import { type GuestExports, Heap } from './memory/heap.ts'
import { FUEL_EXPORT, GLOBAL_EXPORT, patchModule } from './patchModule.ts'
import { trapError } from './trapError.ts'

/** Memory above which a new instance is cheaper than clearing the used one. */
const MAX_REUSED_BYTES = 1024 * 1024

interface Instance {
  readonly exports: WebAssembly.Exports & GuestExports
  readonly heap: Heap
  /** The memory's content up to its last byte that is not zero, and the mutable globals, right after the start. */
  readonly memory: Uint8Array
  readonly globals: readonly (readonly [WebAssembly.Global, unknown])[]
}

/** A compiled mapping. Handlers run one after the other, each from the state after the start. */
export class MappingModule {
  readonly #module: WebAssembly.Module
  #instance: Instance | null = null
  #context: HandlerContext | null = null
  /** What the current run may still execute; below 0 it was stopped. */
  #fuel: WebAssembly.Global<'i64'> | null = null
  readonly #gas = new HostGas()

  private constructor(module: WebAssembly.Module) {
    this.#module = module
  }

  /** @param wasm a mapping as graph-cli compiles it. */
  static async compile(wasm: Uint8Array): Promise<MappingModule> {
    return new MappingModule(await WebAssembly.compile(patchModule(wasm) as BufferSource))
  }

  /**
   * Runs a handler to its end.
   *
   * @param handler name of the exported function.
   * @param write writes the handler's argument into the guest's memory.
   * @throws Suspension when the context did; DeterministicError or TransientError when it fails.
   */
  run(handler: string, write: (heap: Heap) => number, context: HandlerContext): void {
    this.#context = context
    this.#gas.reset()
    try {
      const { exports, heap } = this.#ready()
      const run = exports[handler]
      if (typeof run !== 'function') {
        throw new TransientError(`function ${handler} not found`)
      }
      run(write(heap))
    } catch (error) {
      throw trapError(error, (this.#fuel?.value ?? 0n) < 0n)
    } finally {
      this.#context = null
      this.#dropGrown()
    }
  }

  #dropGrown(): void {
    const size = this.#instance?.exports.memory.buffer.byteLength ?? 0
    if (size > MAX_REUSED_BYTES) this.#instance = null
  }

  #ready(): Instance {
    const used = this.#instance
    if (used === null) {
      this.#instance = this.#start()
      return this.#instance
    }
    const memory = new Uint8Array(used.exports.memory.buffer)
    memory.set(used.memory)
    memory.fill(0, used.memory.length)
    for (const [global, value] of used.globals) global.value = value
    used.heap.reset()
    return used
  }

  #start(): Instance {
    const heap = new Heap(this.#gas)
    const context = () => {
      if (this.#context === null) throw new Error('a host function was called outside of a handler')
      return this.#context
    }
    const guest = {
      heap,
      gas: this.#gas,
      get context() {
        return context()
      },
    }
    const instance = new WebAssembly.Instance(this.#module, hostImports(this.#module, guest))
    const exports = instance.exports as Instance['exports']
    this.#fuel = exports[FUEL_EXPORT] as WebAssembly.Global<'i64'>
    heap.attach(exports)
    const start = exports._start
    if (typeof start === 'function') start()
    const globals = Object.entries(exports)
      .filter(([name]) => name.startsWith(GLOBAL_EXPORT))
      .map(([, value]) => {
        const global = value as WebAssembly.Global
        return [global, global.value] as const
      })
    heap.reset()
    const memory = new Uint8Array(exports.memory.buffer)
    const used = memory.findLastIndex((byte) => byte !== 0) + 1
    return { exports, heap, memory: memory.slice(0, used), globals }
  }
}

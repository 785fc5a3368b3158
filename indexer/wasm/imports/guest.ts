import type { HandlerContext } from '../handlerContext.ts'
import type { HostGas } from '../hostGas.ts'
import type { Heap } from '../memory/heap.ts'

/** The instance that calls the host, and the handler that runs in it. */
export interface Guest {
  readonly heap: Heap
  readonly gas: HostGas
  readonly context: HandlerContext
}

/** Functions that a module imports, by name. */
// biome-ignore lint/suspicious/noExplicitAny: each takes and gives its own WebAssembly numbers.
export type Imports = Readonly<Record<string, (...args: any[]) => number | bigint | undefined>>

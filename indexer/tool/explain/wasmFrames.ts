/** A place in a module's code at which a function was when it failed, or called the next one. */
export interface WasmFrame {
  /** From the name section, such as `src/ledger/handleMoved`; empty when the module has none. */
  readonly name: string
  /** Number of the function, imported ones first. */
  readonly index: number
  /** Byte within the module as it was compiled. */
  readonly offset: number
}

const FRAME = /^\s*at (?:(.*) \()?wasm:\/\/.*?:wasm-function\[(\d+)\]:0x([0-9a-f]+)\)?$/

/** Frames of WebAssembly in an error's stack or in those of its causes, the innermost first. */
export function wasmFrames(error: unknown): WasmFrame[] {
  for (let one = error; one instanceof Error; one = one.cause) {
    const frames = (one.stack ?? '').split('\n').flatMap((line): WasmFrame[] => {
      const match = FRAME.exec(line)
      if (match === null) return []
      const [, name = '', index, offset] = match
      return [{ name, index: Number(index), offset: Number.parseInt(offset as string, 16) }]
    })
    if (frames.length > 0) return frames
  }
  return []
}

import { SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module'
import { originalOffset } from '../../wasm/patchModule.ts'
import { codeSection, importedFunctions } from './codeSection.ts'
import type { WasmFrame } from './wasmFrames.ts'

/** A function on the way to a failure, with its place in the source where that is known. */
export interface SourceFrame {
  readonly function: string
  /** As the compiler names it: `src/ledger.ts`, `generated/schema.ts`, `~lib/…`; null if unknown. */
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  /**
   * The nearest place before it in code that the user wrote: what the function was at when code of
   * a library that was compiled into it failed. Null when it has none.
   */
  readonly own: SourcePosition | null
}

export interface SourcePosition {
  readonly file: string
  readonly line: number
  readonly column: number
}

/**
 * Finds the places of frames in the source.
 *
 * @param wasm the mapping as `graph build` left it.
 * @param map the source map of the same code; null when there is none, and frames have names only.
 */
export function sourceFrames(
  frames: readonly WasmFrame[],
  wasm: Uint8Array,
  map: SourceMapPayload | null,
): SourceFrame[] {
  const find = map === null ? () => NOWHERE : positionFinder(wasm, map)
  return frames.map((frame) => {
    const { at, own } = find(frame)
    return {
      function: frame.name === '' ? `function ${frame.index}` : frame.name,
      file: at?.file ?? null,
      line: at?.line ?? null,
      column: at?.column ?? null,
      own,
    }
  })
}

/** Whether a file is neither generated nor a library's. */
export function isOwnSource(file: string): boolean {
  return (
    !file.startsWith('~lib/') && !file.startsWith('generated/') && !file.includes('node_modules/')
  )
}

interface Found {
  readonly at: SourcePosition | null
  readonly own: SourcePosition | null
}

const NOWHERE: Found = { at: null, own: null }

function positionFinder(wasm: Uint8Array, payload: SourceMapPayload) {
  const original = codeSection(wasm)
  const map = new SourceMap(payload)
  const imported = importedFunctions(new WebAssembly.Module(wasm as BufferSource))
  return ({ index, offset }: WasmFrame): Found => {
    if (original === null) return NOWHERE
    const body = original.bodies[index - imported] ?? original.start
    // Where the host's own code failed, the function's beginning must do.
    const at = originalOffset(wasm, offset) ?? body
    const first = map.findEntry(0, at)
    if (!('originalSource' in first)) return NOWHERE
    let entry: SourceMapping | object = first
    while (isMapping(entry) && !isOwnSource(entry.originalSource)) {
      entry = entry.generatedColumn > body ? map.findEntry(0, entry.generatedColumn - 1) : {}
    }
    const inBody = isMapping(entry) && entry.generatedColumn >= body
    return { at: toPosition(first), own: inBody ? toPosition(entry as SourceMapping) : null }
  }
}

function isMapping(entry: object): entry is SourceMapping {
  return 'originalSource' in entry
}

function toPosition(entry: SourceMapping): SourcePosition {
  return {
    file: entry.originalSource,
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  }
}

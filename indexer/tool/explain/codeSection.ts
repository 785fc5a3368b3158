/** Where a module's code lies: the section's body, and each function's own code within the file. */
export interface CodeSection {
  readonly start: number
  readonly end: number
  /** First byte of each function's body, in the order of the module's own functions. */
  readonly bodies: readonly number[]
}

const CODE_SECTION = 10

/** @returns null for a module without code. */
export function codeSection(wasm: Uint8Array): CodeSection | null {
  for (const { id, start, end } of sections(wasm)) {
    if (id !== CODE_SECTION) continue
    const bodies: number[] = []
    let [count, at] = leb128(wasm, start)
    for (; count > 0; count--) {
      const [size, body] = leb128(wasm, at)
      bodies.push(body)
      at = body + size
    }
    return { start, end, bodies }
  }
  return null
}

/** How many functions a module imports: its own are numbered after them. */
export function importedFunctions(module: WebAssembly.Module): number {
  return WebAssembly.Module.imports(module).filter(({ kind }) => kind === 'function').length
}

/** Whether both modules run exactly the same code, whatever else is in them. */
export function sameCode(one: Uint8Array, other: Uint8Array): boolean {
  const [first, second] = [codeSection(one), codeSection(other)]
  if (first === null || second === null) return false
  return (
    Buffer.compare(
      one.subarray(first.start, first.end),
      other.subarray(second.start, second.end),
    ) === 0
  )
}

function* sections(wasm: Uint8Array): Generator<{ id: number; start: number; end: number }> {
  for (let at = 8; at < wasm.length; ) {
    const id = wasm[at] as number
    const [size, start] = leb128(wasm, at + 1)
    yield { id, start, end: start + size }
    at = start + size
  }
}

/** An unsigned number and where the next byte is. */
function leb128(bytes: Uint8Array, from: number): [value: number, next: number] {
  let value = 0
  for (let at = from, shift = 0; ; at++, shift += 7) {
    const byte = bytes[at] as number
    value |= (byte & 127) << shift
    if ((byte & 128) === 0) return [value >>> 0, at + 1]
  }
}

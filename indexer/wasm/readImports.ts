import { type Section, WasmReader } from './wasmReader.ts'

const IMPORT_SECTION = 2

/** Something that a module takes from its host, such as the function `store.set`. */
export interface Import {
  readonly name: string
  readonly isGlobal: boolean
}

/** @param sections of the module. */
export function readImports(wasm: Uint8Array, sections: readonly Section[]): Import[] {
  const section = sections.find(({ id }) => id === IMPORT_SECTION)
  if (section === undefined) return []
  const reader = new WasmReader(wasm, section.start)
  const imports: Import[] = []
  for (let left = reader.u32(); left > 0; left--) {
    reader.skip(reader.u32())
    const length = reader.u32()
    const name = Buffer.from(wasm.subarray(reader.at, reader.at + length)).toString('utf8')
    reader.skip(length)
    imports.push({ name, isGlobal: skipType(reader) })
  }
  return imports
}

/** @returns whether it is the type of a global. */
function skipType(reader: WasmReader): boolean {
  switch (reader.byte()) {
    case 0:
      reader.u32()
      return false
    case 1:
      reader.skip(1)
      reader.limits()
      return false
    case 2:
      reader.limits()
      return false
    default:
      reader.skip(2)
      return true
  }
}

/** Prefix of the exports that {@link patchModule} adds. */
export const GLOBAL_EXPORT = 'host:global:'

const IMPORT_SECTION = 2
const GLOBAL_SECTION = 6
const EXPORT_SECTION = 7
const GLOBAL_KIND = 3

/**
 * Exports a module's mutable globals, so that an instance can be put back to the state it had
 * after its start: with its memory they are all the state that it has. Nothing else changes.
 *
 * @param wasm a module in WebAssembly's binary format, version 1.
 */
export function patchModule(wasm: Uint8Array): Uint8Array {
  const sections = readSections(wasm)
  const imported = countImportedGlobals(wasm, sections)
  const mutable = mutableGlobals(wasm, sections).map((index) => index + imported)
  const exports = sections.find((section) => section.id === EXPORT_SECTION)
  if (mutable.length === 0 || exports === undefined) return wasm

  const reader = new Reader(wasm, exports.start)
  const count = reader.u32()
  const added = mutable.flatMap((index) => {
    const name = Buffer.from(`${GLOBAL_EXPORT}${index}`, 'utf8')
    return [...leb128(name.length), ...name, GLOBAL_KIND, ...leb128(index)]
  })
  const body = Buffer.concat([
    Uint8Array.from(leb128(count + mutable.length)),
    wasm.subarray(reader.at, exports.end),
    Uint8Array.from(added),
  ])
  return new Uint8Array(
    Buffer.concat([
      wasm.subarray(0, exports.header),
      Uint8Array.from([EXPORT_SECTION, ...leb128(body.length)]),
      body,
      wasm.subarray(exports.end),
    ]),
  )
}

interface Section {
  readonly id: number
  /** Where the section's id stands. */
  readonly header: number
  readonly start: number
  readonly end: number
}

function readSections(wasm: Uint8Array): Section[] {
  const sections: Section[] = []
  const reader = new Reader(wasm, 8)
  while (reader.at < wasm.length) {
    const header = reader.at
    const id = reader.byte()
    const size = reader.u32()
    sections.push({ id, header, start: reader.at, end: reader.at + size })
    reader.at += size
  }
  return sections
}

function countImportedGlobals(wasm: Uint8Array, sections: readonly Section[]): number {
  const section = sections.find(({ id }) => id === IMPORT_SECTION)
  if (section === undefined) return 0
  const reader = new Reader(wasm, section.start)
  let globals = 0
  for (let left = reader.u32(); left > 0; left--) {
    reader.skip(reader.u32())
    reader.skip(reader.u32())
    switch (reader.byte()) {
      case 0:
        reader.u32()
        break
      case 1:
        reader.skip(1)
        reader.limits()
        break
      case 2:
        reader.limits()
        break
      default:
        reader.skip(2)
        globals += 1
    }
  }
  return globals
}

/** Indexes among the module's own globals of those that are mutable. */
function mutableGlobals(wasm: Uint8Array, sections: readonly Section[]): number[] {
  const section = sections.find(({ id }) => id === GLOBAL_SECTION)
  if (section === undefined) return []
  const reader = new Reader(wasm, section.start)
  const found: number[] = []
  const count = reader.u32()
  for (let index = 0; index < count; index++) {
    reader.skip(1)
    if (reader.byte() === 1) found.push(index)
    reader.constantExpression()
  }
  return found
}

class Reader {
  readonly bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes
    this.at = at
  }

  byte(): number {
    return this.bytes[this.at++]
  }

  skip(length: number): void {
    this.at += length
  }

  u32(): number {
    let value = 0
    let shift = 0
    for (;;) {
      const byte = this.byte()
      value |= (byte & 127) << shift
      if ((byte & 128) === 0) return value >>> 0
      shift += 7
    }
  }

  limits(): void {
    const flags = this.byte()
    this.u32()
    if ((flags & 1) !== 0) this.u32()
  }

  /** Skips the initial value of a global: constants and reads of other globals, then `end`. */
  constantExpression(): void {
    for (;;) {
      const opcode = this.byte()
      if (opcode === 0x0b) return
      if (opcode === 0x43) this.skip(4)
      else if (opcode === 0x44) this.skip(8)
      else if (opcode === 0xd0) this.skip(1)
      else while ((this.byte() & 128) !== 0);
    }
  }
}

function leb128(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest & 127) | 128)
    rest >>>= 7
  }
  bytes.push(rest)
  return bytes
}

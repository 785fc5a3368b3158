/** A section of a module in WebAssembly's binary format. */
export interface Section {
  readonly id: number
  /** Where the section's id stands. */
  readonly header: number
  /** Where its content begins and ends. */
  readonly start: number
  readonly end: number
}

/** Reads WebAssembly's binary format, version 1. */
export class WasmReader {
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

  /** Skips a number of variable length, with or without a sign. */
  leb128(): void {
    while ((this.byte() & 128) !== 0);
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
      else this.leb128()
    }
  }
}

/** The sections of a module, in their order. */
export function readSections(wasm: Uint8Array): Section[] {
  const sections: Section[] = []
  const reader = new WasmReader(wasm, 8)
  while (reader.at < wasm.length) {
    const header = reader.at
    const id = reader.byte()
    const size = reader.u32()
    sections.push({ id, header, start: reader.at, end: reader.at + size })
    reader.at += size
  }
  return sections
}

/** An unsigned number in WebAssembly's variable length. */
export function leb128(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest & 127) | 128)
    rest >>>= 7
  }
  bytes.push(rest)
  return bytes
}

/** The same for numbers with a sign. */
export function signedLeb128(value: bigint): number[] {
  const bytes: number[] = []
  let rest = value
  for (;;) {
    const byte = Number(rest & 127n)
    rest >>= 7n
    if ((rest === 0n && byte < 64) || (rest === -1n && byte >= 64)) return [...bytes, byte]
    bytes.push(byte | 128)
  }
}

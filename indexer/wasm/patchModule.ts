import { meterPoints } from './meterPoints.ts'
import { readImports } from './readImports.ts'
import { leb128, readSections, type Section, signedLeb128, WasmReader } from './wasmReader.ts'

/** Prefix of the exports that {@link patchModule} adds for the module's own globals. */
export const GLOBAL_EXPORT = 'host:global:'
/** Export of the global that counts what a run may still cost; below 0 it is over. */
export const FUEL_EXPORT = `${GLOBAL_EXPORT}fuel`

/**
 * Instructions that one run of a handler may execute. graph-node counts otherwise, and stops at
 * 10^13 of its units, of which an instruction with its share of the counting costs a thousand.
 */
export const MAX_INSTRUCTIONS = 10_000_000_000n
/** Paid beside the instructions, as an empty loop takes time as well. */
const PASSAGE = 10
/** Pages of 64 KiB that a handler may have. Beyond, its allocator traps, as it does at 4 GiB. */
const MAX_PAGES = 8_192

const MEMORY_SECTION = 5
const GLOBAL_SECTION = 6
const EXPORT_SECTION = 7
const CODE_SECTION = 10
const GLOBAL_KIND = 3
const I64 = 0x7e
const MUTABLE = 1

/** A part of the patched module: one that was there, or new bytes. */
type Part = { readonly from: number; readonly to: number } | Uint8Array

/**
 * Prepares a module for a host that reuses its instance and outlives its endless loops: its
 * mutable globals are exported, so that with its memory all its state can be put back; its code
 * pays for what it runs; its memory has an end.
 *
 * @param wasm a module in WebAssembly's binary format, version 1.
 * @throws UnknownInstructionError when its code is of a later version.
 */
export function patchModule(wasm: Uint8Array): Uint8Array {
  return new Uint8Array(
    Buffer.concat(
      patch(wasm).map((part) =>
        part instanceof Uint8Array ? part : wasm.subarray(part.from, part.to),
      ),
    ),
  )
}

/**
 * Where a byte of the patched module stood before.
 *
 * @returns null when it is one that {@link patchModule} added.
 */
export function originalOffset(wasm: Uint8Array, offset: number): number | null {
  let at = 0
  for (const part of patch(wasm)) {
    const length = part instanceof Uint8Array ? part.length : part.to - part.from
    if (offset < at + length) return part instanceof Uint8Array ? null : part.from + offset - at
    at += length
  }
  return null
}

function patch(wasm: Uint8Array): Part[] {
  const sections = readSections(wasm)
  const imported = readImports(wasm, sections).filter(({ isGlobal }) => isGlobal).length
  const own = readGlobals(wasm, sections)
  const fuel = imported + own.length
  const exported = own.flatMap((isMutable, index) =>
    isMutable ? [exportOf(`${GLOBAL_EXPORT}${index + imported}`, index + imported)] : [],
  )
  exported.push(exportOf(FUEL_EXPORT, fuel))
  const initial = [I64, MUTABLE, 0x42, ...signedLeb128(MAX_INSTRUCTIONS), 0x0b]
  const parts: Part[] = [{ from: 0, to: 8 }]
  let hasGlobals = false
  const addGlobals = () => {
    if (!hasGlobals) parts.push(...section(GLOBAL_SECTION, [bytes([1, ...initial])]))
    hasGlobals = true
  }
  for (const { id, header, start, end } of sections) {
    // Sections stand in the order of their ids, but for those of names and the like.
    if (id > GLOBAL_SECTION) addGlobals()
    const reader = new WasmReader(wasm, start)
    switch (id) {
      case MEMORY_SECTION:
        parts.push(...section(id, [boundedMemory(reader)]))
        break
      case GLOBAL_SECTION: {
        const count = bytes(leb128(reader.u32() + 1))
        parts.push(...section(id, [count, { from: reader.at, to: end }, bytes(initial)]))
        hasGlobals = true
        break
      }
      case EXPORT_SECTION: {
        const count = bytes(leb128(reader.u32() + exported.length))
        parts.push(...section(id, [count, { from: reader.at, to: end }, ...exported]))
        break
      }
      case CODE_SECTION:
        parts.push(...section(id, meteredCode(wasm, reader, fuel)))
        break
      default:
        parts.push({ from: header, to: end })
    }
  }
  return parts
}

/** The functions' bodies, each with what it costs at its beginning and in its loops. */
function meteredCode(wasm: Uint8Array, reader: WasmReader, fuel: number): Part[] {
  const count = reader.u32()
  const parts: Part[] = [bytes(leb128(count))]
  for (let left = count; left > 0; left--) {
    const size = reader.u32()
    const end = reader.at + size
    const body: Part[] = []
    let from = reader.at
    for (const { at, cost } of meterPoints(wasm, from, end)) {
      body.push({ from, to: at }, payment(fuel, cost + PASSAGE))
      from = at
    }
    body.push({ from, to: end })
    parts.push(bytes(leb128(lengthOf(body))), ...body)
    reader.at = end
  }
  return parts
}

/** `fuel -= cost; if (fuel < 0) unreachable` */
function payment(fuel: number, cost: number): Uint8Array {
  const global = leb128(fuel)
  return bytes([
    ...[0x23, ...global, 0x42, ...signedLeb128(BigInt(cost)), 0x7d, 0x24, ...global],
    ...[0x23, ...global, 0x42, 0, 0x53, 0x04, 0x40, 0x00, 0x0b],
  ])
}

function boundedMemory(reader: WasmReader): Uint8Array {
  const count = reader.u32()
  const memories: number[] = []
  for (let left = count; left > 0; left--) {
    const flags = reader.byte()
    const least = reader.u32()
    const most = (flags & 1) === 0 ? MAX_PAGES : Math.min(MAX_PAGES, reader.u32())
    memories.push(flags | 1, ...leb128(least), ...leb128(Math.max(least, most)))
  }
  return bytes([...leb128(count), ...memories])
}

function section(id: number, content: readonly Part[]): Part[] {
  return [bytes([id, ...leb128(lengthOf(content))]), ...content]
}

function exportOf(name: string, global: number): Uint8Array {
  const text = Buffer.from(name, 'utf8')
  return bytes([...leb128(text.length), ...text, GLOBAL_KIND, ...leb128(global)])
}

function lengthOf(parts: readonly Part[]): number {
  return parts.reduce(
    (sum, part) => sum + (part instanceof Uint8Array ? part.length : part.to - part.from),
    0,
  )
}

function bytes(list: readonly number[]): Uint8Array {
  return Uint8Array.from(list)
}

/** Whether each of the module's own globals is mutable. */
function readGlobals(wasm: Uint8Array, sections: readonly Section[]): boolean[] {
  const section = sections.find(({ id }) => id === GLOBAL_SECTION)
  if (section === undefined) return []
  const reader = new WasmReader(wasm, section.start)
  const globals: boolean[] = []
  for (let left = reader.u32(); left > 0; left--) {
    reader.skip(1)
    globals.push(reader.byte() === MUTABLE)
    reader.constantExpression()
  }
  return globals
}

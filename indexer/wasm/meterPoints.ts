import { WasmReader } from './wasmReader.ts'

/** A place in a function's code where what follows must be paid for. */
export interface MeterPoint {
  readonly at: number
  /** Instructions that run at most once for each time that the place is passed. */
  cost: number
}

/** A mapping holds code that graph-node's instrumentation does not know, so that none may run it. */
export class UnknownInstructionError extends Error {
  override readonly name = 'UnknownInstructionError'
}

const LOOP = 0x03
const END = 0x0b
/** `block`, `loop` and `if`: they nest, and each has its `end`. */
const BLOCKS: ReadonlySet<number> = new Set([0x02, LOOP, 0x04])

/**
 * The beginnings of a function and of each of its loops. Code runs again only by way of one of
 * them, so that paying for each instruction at the nearest one before it bounds a run's length.
 *
 * @param start of the function's body: its locals, then its code.
 */
export function meterPoints(wasm: Uint8Array, start: number, end: number): MeterPoint[] {
  const reader = new WasmReader(wasm, start)
  for (let groups = reader.u32(); groups > 0; groups--) {
    reader.u32()
    reader.skip(1)
  }
  const first: MeterPoint = { at: reader.at, cost: 0 }
  const points = [first]
  /** The point that pays in each open block. */
  const open = [first]
  while (reader.at < end) {
    const payer = open[open.length - 1]
    payer.cost += 1
    const opcode = reader.byte()
    skipImmediates(reader, opcode)
    if (opcode === END) open.pop()
    else if (opcode === LOOP) {
      const point = { at: reader.at, cost: 0 }
      points.push(point)
      open.push(point)
    } else if (BLOCKS.has(opcode)) open.push(payer)
  }
  return points
}

function skipImmediates(reader: WasmReader, opcode: number): void {
  if (opcode >= 0x45 && opcode <= 0xc4) return
  if (opcode >= 0x28 && opcode <= 0x3e) {
    reader.u32()
    reader.u32()
    return
  }
  switch (opcode) {
    case 0x00:
    case 0x01:
    case 0x05:
    case END:
    case 0x0f:
    case 0x1a:
    case 0x1b:
      return
    case 0x02:
    case LOOP:
    case 0x04:
    case 0x0c:
    case 0x0d:
    case 0x10:
    case 0x20:
    case 0x21:
    case 0x22:
    case 0x23:
    case 0x24:
    case 0x41:
    case 0x42:
      reader.leb128()
      return
    case 0x0e:
      for (let targets = reader.u32() + 1; targets > 0; targets--) reader.u32()
      return
    case 0x11:
      reader.u32()
      reader.u32()
      return
    case 0x3f:
    case 0x40:
      reader.skip(1)
      return
    case 0x43:
      reader.skip(4)
      return
    case 0x44:
      reader.skip(8)
      return
  }
  throw new UnknownInstructionError(
    `the mapping uses the WebAssembly instruction 0x${opcode.toString(16)}, which is none of version 1 and its sign extensions`,
  )
}

import { BigDecimal } from '../../values/bigDecimal.ts'
import { bigIntSize, readBigIntBytes, writeBigIntBytes } from '../../values/bigIntBytes.ts'
import { type Heap, notNull } from '../memory/heap.ts'
import { TypeId } from '../memory/typeId.ts'

/** Writes a `BigInt`. */
export function writeBigInt(heap: Heap, value: bigint): number {
  const size = bigIntSize(value)
  return heap.bytesBy(size, (memory, at) => writeBigIntBytes(value, size, memory, at))
}

/** Reads a `BigInt`. */
export function readBigInt(heap: Heap, pointer: number): bigint {
  return heap.readBytesBy(pointer, readBigIntBytes)
}

/** Writes a `BigDecimal`. */
export function writeBigDecimal(heap: Heap, value: BigDecimal): number {
  const digits = writeBigInt(heap, value.digits)
  return heap.record(TypeId.BigDecimal, [digits, writeBigInt(heap, BigInt(value.exponent))])
}

/** Reads a `BigDecimal`; its exponent must be within graph-node's bounds. */
export function readBigDecimal(heap: Heap, pointer: number): BigDecimal {
  notNull(pointer)
  const digits = readBigInt(heap, heap.readU32(pointer))
  const exponent = readBigInt(heap, heap.readU32(pointer + 4))
  return new BigDecimal(digits, Number(BigInt.asIntN(64, exponent))).checkExponent()
}

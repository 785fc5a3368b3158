import { DeterministicError } from '../../errors/hostErrors.ts'
import { BigDecimal } from '../../values/bigDecimal.ts'
import { type EntityData, Int8, type StoreValue, Timestamp } from '../../values/storeValue.ts'
import { checkDepth, type Heap, notNull } from '../memory/heap.ts'
import { TypeId } from '../memory/typeId.ts'
import { readBigDecimal, readBigInt, writeBigDecimal, writeBigInt } from './numbers.ts'

/** Kinds of `Value` of graph-ts. */
const Kind = {
  String: 0,
  Int: 1,
  BigDecimal: 2,
  Bool: 3,
  Array: 4,
  Null: 5,
  Bytes: 6,
  BigInt: 7,
  Int8: 8,
  Timestamp: 9,
} as const

/** Writes a `TypedMap<string, Value>`: an `Entity` or a `DataSourceContext`; fields by name. */
export function writeEntity(heap: Heap, entity: EntityData): number {
  const entries = sortedNames(entity).map((name) =>
    heap.record(TypeId.TypedMapEntryStringStoreValue, [
      heap.name(name),
      writeStoreValue(heap, entity.get(name) as StoreValue),
    ]),
  )
  return heap.record(TypeId.TypedMapStringStoreValue, [
    heap.array(TypeId.ArrayTypedMapEntryStringStoreValue, entries),
  ])
}

function sortedNames(entity: EntityData): string[] {
  const names = [...entity.keys()]
  // What a handler was once given comes back in that order.
  for (let at = 1; at < names.length; at++) if (names[at - 1] > names[at]) return names.sort()
  return names
}

/** Reads a `TypedMap<string, Value>`; of a key that is there twice the last value counts. */
export function readEntity(heap: Heap, pointer: number): Map<string, StoreValue> {
  notNull(pointer)
  const entity = new Map<string, StoreValue>()
  for (const entry of heap.readArray(heap.readU32(pointer))) {
    notNull(entry)
    const name = heap.readString(heap.readU32(entry))
    entity.set(name, readStoreValue(heap, heap.readU32(entry + 4)))
  }
  return entity
}

function writeStoreValue(heap: Heap, value: StoreValue): number {
  const tagged = (kind: number, payload: number) =>
    heap.taggedNumber(TypeId.StoreValue, kind, payload)
  if (value === null) return tagged(Kind.Null, 0)
  switch (typeof value) {
    case 'string':
      return tagged(Kind.String, heap.string(value))
    case 'number':
      return tagged(Kind.Int, value)
    case 'boolean':
      return tagged(Kind.Bool, value ? 1 : 0)
    case 'bigint':
      return tagged(Kind.BigInt, writeBigInt(heap, value))
  }
  if (value instanceof Uint8Array) return tagged(Kind.Bytes, heap.bytes(value))
  if (value instanceof BigDecimal) return tagged(Kind.BigDecimal, writeBigDecimal(heap, value))
  if (value instanceof Int8) return heap.tagged(TypeId.StoreValue, Kind.Int8, value.value)
  if (value instanceof Timestamp) {
    return heap.tagged(TypeId.StoreValue, Kind.Timestamp, value.micros)
  }
  const elements = value.map((element) => writeStoreValue(heap, element))
  return tagged(Kind.Array, heap.array(TypeId.ArrayStoreValue, elements))
}

function readStoreValue(heap: Heap, pointer: number, depth = 0): StoreValue {
  notNull(pointer)
  checkDepth(depth)
  const kind = heap.readU32(pointer)
  const inner = heap.readU32(pointer + 8)
  switch (kind) {
    case Kind.String:
      return heap.readString(inner)
    case Kind.Int:
      return inner | 0
    case Kind.BigDecimal:
      return readBigDecimal(heap, inner)
    case Kind.Bool:
      return inner !== 0
    case Kind.Array:
      return heap.readArray(inner).map((element) => readStoreValue(heap, element, depth + 1))
    case Kind.Null:
      return null
    case Kind.Bytes:
      return heap.readBytes(inner)
    case Kind.BigInt:
      return readBigInt(heap, inner)
    case Kind.Int8:
      return new Int8(BigInt.asIntN(64, heap.readU64(pointer + 8)))
    case Kind.Timestamp:
      return new Timestamp(BigInt.asIntN(64, heap.readU64(pointer + 8)))
    default:
      throw new DeterministicError(`value of an entity has the unknown kind ${kind}`)
  }
}

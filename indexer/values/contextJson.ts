import { BigDecimal } from './bigDecimal.ts'
import { bytesToHex, hexToBytes } from './hex.ts'
import { type EntityData, Int8, type StoreValue, Timestamp } from './storeValue.ts'

/** A data source's context as JSON, in the form in which manifests write it. */
export function writeContext(context: EntityData): Record<string, unknown> {
  return Object.fromEntries([...context].map(([key, value]) => [key, writeValue(value)]))
}

/** Reads a data source's context: `{key: {type, data}}`. */
export function readContext(context: unknown): EntityData {
  const entries = Object.entries((context ?? {}) as Record<string, unknown>)
  return new Map(entries.map(([key, value]) => [key, readValue(value)]))
}

function writeValue(value: StoreValue): { type: string; data: unknown } {
  if (value === null) return { type: 'Null', data: null }
  switch (typeof value) {
    case 'string':
      return { type: 'String', data: value }
    case 'number':
      return { type: 'Int', data: value }
    case 'boolean':
      return { type: 'Bool', data: value }
    case 'bigint':
      return { type: 'BigInt', data: value.toString() }
  }
  if (value instanceof Uint8Array) return { type: 'Bytes', data: bytesToHex(value) }
  if (value instanceof BigDecimal) return { type: 'BigDecimal', data: value.toString() }
  if (value instanceof Int8) return { type: 'Int8', data: value.value.toString() }
  if (value instanceof Timestamp) return { type: 'Timestamp', data: value.micros.toString() }
  return { type: 'List', data: value.map(writeValue) }
}

function readValue(value: unknown): StoreValue {
  const { type, data } = value as { type: string; data: unknown }
  const read = READERS[type]
  if (read === undefined) throw new Error(`no type of a context's value: \`${type}\``)
  const result = read(data)
  if (result === undefined) throw new Error(`\`${data}\` is no ${type} in a context`)
  return result
}

const READERS: Readonly<Record<string, (data: unknown) => StoreValue | undefined>> = {
  Null: () => null,
  Bool: (data) => (typeof data === 'boolean' ? data : undefined),
  String: (data) => String(data),
  Int: (data) => (typeof data === 'number' ? data : undefined),
  Int8: (data) => new Int8(BigInt(data as string | number)),
  Timestamp: (data) => new Timestamp(BigInt(data as string | number)),
  BigInt: (data) => BigInt(data as string | number),
  BigDecimal: (data) => BigDecimal.parse(String(data)) ?? undefined,
  Bytes: (data) => hexToBytes(String(data)) ?? undefined,
  List: (data) => (Array.isArray(data) ? data.map(readValue) : undefined),
}

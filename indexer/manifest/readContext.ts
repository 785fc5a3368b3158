import { BigDecimal } from '../values/bigDecimal.ts'
import { hexToBytes } from '../values/hex.ts'
import { type EntityData, Int8, type StoreValue } from '../values/storeValue.ts'

/** Reads `context:` of a data source: `{key: {type, data}}`. */
export function readContext(context: unknown): EntityData {
  const entries = Object.entries((context ?? {}) as Record<string, unknown>)
  return new Map(entries.map(([key, value]) => [key, readValue(value)]))
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
  Bool: (data) => (typeof data === 'boolean' ? data : undefined),
  String: (data) => String(data),
  Int: (data) => (typeof data === 'number' ? data : undefined),
  Int8: (data) => new Int8(BigInt(data as string | number)),
  BigInt: (data) => BigInt(data as string | number),
  BigDecimal: (data) => BigDecimal.parse(String(data)) ?? undefined,
  Bytes: (data) => hexToBytes(String(data)) ?? undefined,
  List: (data) => (Array.isArray(data) ? data.map(readValue) : undefined),
}

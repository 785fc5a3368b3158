import type { Heap } from '../memory/heap.ts'
import { TypeId } from '../memory/typeId.ts'
import { jsonProblem } from './jsonProblem.ts'

/** A number of a JSON text, kept as it was written. */
class JsonNumber {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

/** A parsed JSON text. */
export type Json = null | boolean | string | JsonNumber | Json[] | { [key: string]: Json }

const Kind = { Null: 0, Bool: 1, Number: 2, String: 3, Array: 4, Object: 5 } as const
const MAX_BYTES = 10_000_000

/** Parses UTF-8 JSON, of 10 MB at most; numbers keep their source text. */
export function parseJson(bytes: Uint8Array): { readonly json: Json } | { problem: string } {
  if (bytes.length > MAX_BYTES) return { problem: `JSON size exceeds max size of ${MAX_BYTES}` }
  const problem = jsonProblem(bytes)
  if (problem !== null) return { problem }
  return { json: JSON.parse(Buffer.from(bytes).toString('utf8'), keepNumber) as Json }
}

/** Writes a `JSONValue`; the keys of objects are sorted. */
export function writeJson(heap: Heap, json: Json): number {
  const tagged = (kind: number, payload: number) =>
    heap.tagged(TypeId.JsonValue, kind, BigInt(payload))
  if (json === null) return tagged(Kind.Null, 0)
  if (typeof json === 'boolean') return tagged(Kind.Bool, json ? 1 : 0)
  if (typeof json === 'string') return tagged(Kind.String, heap.string(json))
  if (json instanceof JsonNumber) return tagged(Kind.Number, heap.string(json.source))
  if (Array.isArray(json)) {
    const elements = json.map((element) => writeJson(heap, element))
    return tagged(Kind.Array, heap.array(TypeId.ArrayJsonValue, elements))
  }
  const keys = Object.keys(json).sort(byCodePoint)
  const entries = keys.map((key) =>
    heap.record(TypeId.TypedMapEntryStringJsonValue, [
      heap.string(key),
      writeJson(heap, json[key]),
    ]),
  )
  const map = heap.record(TypeId.TypedMapStringJsonValue, [
    heap.array(TypeId.ArrayTypedMapEntryStringJsonValue, entries),
  ])
  return tagged(Kind.Object, map)
}

function keepNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? new JsonNumber(context?.source ?? String(value)) : value
}

/** The order of Rust's strings, which is that of their UTF-8 bytes. */
function byCodePoint(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}

import { DeterministicError } from '../../errors/hostErrors.ts'
import type { Heap } from '../memory/heap.ts'
import { TypeId } from '../memory/typeId.ts'

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
/** How deep arrays and objects may stand in each other. */
const MAX_DEPTH = 127

/**
 * Parses UTF-8 JSON; numbers keep their source text.
 *
 * @returns null inside of `{json}` is JSON's null; undefined means that the bytes are no JSON.
 * @throws DeterministicError when there are more than 10 MB.
 */
export function parseJson(bytes: Uint8Array): { readonly json: Json } | undefined {
  if (bytes.length > MAX_BYTES) {
    throw new DeterministicError(
      `JSON size exceeds the limit: ${bytes.length} bytes, at most ${MAX_BYTES} are allowed`,
    )
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const json = JSON.parse(text, keepNumber) as Json
    return depthOf(json, 0) > MAX_DEPTH ? undefined : { json }
  } catch {
    return undefined
  }
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

function depthOf(json: Json, depth: number): number {
  if (depth > MAX_DEPTH || typeof json !== 'object' || json === null) return depth
  if (json instanceof JsonNumber) return depth
  let deepest = depth + 1
  for (const inner of Object.values(json)) deepest = Math.max(deepest, depthOf(inner, depth + 1))
  return deepest
}

/** The order of Rust's strings, which is that of their UTF-8 bytes. */
function byCodePoint(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}

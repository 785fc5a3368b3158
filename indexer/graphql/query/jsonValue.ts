import { NULL, objectValue, type Value } from './value.ts'

/** A number of a JSON text, kept as it was spelt, so that no digit of a large one is lost. */
export class JsonNumber {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

/** Parses JSON, keeping numbers as they are spelt. Throws `SyntaxError` as `JSON.parse` does. */
export function parseJson(text: string): unknown {
  const revive = (_key: string, value: unknown, context: { source: string }) => {
    return typeof value === 'number' ? new JsonNumber(context.source) : value
  }
  // The third argument of a reviver is newer than the types at hand.
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown)
}

/** A variable's JSON as a query value: integers of 32 bits are integers, other numbers floats. */
export function jsonValue(json: unknown): Value {
  if (json === null || json === undefined) return NULL
  if (typeof json === 'boolean') return { kind: 'boolean', value: json }
  if (typeof json === 'string') return { kind: 'string', value: json }
  if (json instanceof JsonNumber) return numberValue(json.source)
  if (Array.isArray(json)) return { kind: 'list', items: json.map(jsonValue) }
  return objectValue(Object.entries(json).map(([key, value]) => [key, jsonValue(value)]))
}

function numberValue(source: string): Value {
  if (/^-?\d+$/.test(source)) {
    const value = BigInt(source)
    if (BigInt.asIntN(32, value) === value) return { kind: 'int', value }
  }
  return { kind: 'float', value: Number(source) }
}

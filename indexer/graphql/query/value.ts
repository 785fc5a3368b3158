/**
 * A value of an argument or variable. Unlike plain JSON it tells enums from strings and integers
 * from floats, because coercion and error messages depend on that.
 */
export type Value =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'enum'; readonly value: string }
  /** Microseconds since 1970. */
  | { readonly kind: 'timestamp'; readonly value: bigint }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | ObjectValue

/** Fields are sorted by name: filters are compiled, and errors found, in that order. */
export interface ObjectValue {
  readonly kind: 'object'
  readonly fields: ReadonlyMap<string, Value>
}

export const NULL: Value = { kind: 'null' }

/** Makes an object value; of a repeated key the last value counts. */
export function objectValue(entries: Iterable<readonly [string, Value]>): ObjectValue {
  const sorted = [...new Map(entries)].sort(([a], [b]) => (a < b ? -1 : 1))
  return { kind: 'object', fields: new Map(sorted) }
}

const I64_MIN = -(2n ** 63n)
const I64_MAX = 2n ** 63n - 1n

export function isI64(value: bigint): boolean {
  return value >= I64_MIN && value <= I64_MAX
}

/** The value as GraphQL text, as it stands in some error messages. */
export function printValue(value: Value): string {
  switch (value.kind) {
    case 'null':
      return 'null'
    case 'boolean':
    case 'int':
    case 'float':
    case 'enum':
      return String(value.value)
    case 'string':
      return `"${value.value.replaceAll('"', '\\"')}"`
    case 'timestamp':
      return `"${value.value}"`
    case 'list':
      return `[${value.items.map(printValue).join(', ')}]`
    case 'object': {
      const fields = [...value.fields].map(([name, field]) => `${name}: ${printValue(field)}`)
      return `{${fields.join(', ')}}`
    }
  }
}

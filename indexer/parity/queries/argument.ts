/** A name of an enum, which a query writes without quotes. */
export class EnumName {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** A value of an argument, before it is written into a query or its variables. */
export type Argument =
  | string
  | number
  | boolean
  | null
  | EnumName
  | readonly Argument[]
  | { readonly [field: string]: Argument }

/** Writes a value as GraphQL's literal. */
export function literal(value: Argument): string {
  if (value instanceof EnumName) return value.name
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).map(([name, inner]) => `${name}: ${literal(inner)}`)
  return `{${fields.join(', ')}}`
}

/** Writes a value as variables hold it. */
export function plain(value: Argument): unknown {
  if (value instanceof EnumName) return value.name
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]))
}

/** Arguments in parentheses, or nothing when there are none. */
export function argumentList(values: Readonly<Record<string, Argument>>): string {
  const list = Object.entries(values).map(([name, value]) => `${name}: ${literal(value)}`)
  return list.length > 0 ? `(${list.join(', ')})` : ''
}

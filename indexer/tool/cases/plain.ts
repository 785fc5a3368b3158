import { ToolError } from '../toolError.ts'

/** YAML or JSON with every scalar as its text, so that no number loses a digit. */
export type Plain = string | null | readonly Plain[] | { readonly [key: string]: Plain }
export type PlainMap = Readonly<Record<string, Plain>>

/** A test file that cannot be understood: names the place in it. */
export class CaseError extends ToolError {
  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`)
  }
}

export function isMap(value: Plain | undefined): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * A map whose keys are all known.
 *
 * @throws CaseError that lists the keys that may stand there.
 */
export function asMap(value: Plain | undefined, place: string, keys?: readonly string[]): PlainMap {
  if (value === undefined || value === null) return {}
  if (!isMap(value)) throw new CaseError(place, `expected keys with values, not ${show(value)}`)
  const unknown = Object.keys(value).find((key) => keys !== undefined && !keys.includes(key))
  if (unknown !== undefined) {
    throw new CaseError(place, `\`${unknown}\` means nothing here; known are ${keys?.join(', ')}`)
  }
  return value
}

export function asList(value: Plain | undefined, place: string): readonly Plain[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value))
    throw new CaseError(place, `expected a list, not ${show(value as Plain)}`)
  return value
}

export function asText(value: Plain | undefined, place: string): string {
  if (typeof value !== 'string') {
    throw new CaseError(place, `expected a text or a number, not ${show(value ?? null)}`)
  }
  return value
}

export function asNumber(value: Plain | undefined, place: string): number {
  const number = Number(asText(value, place))
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new CaseError(place, `expected a whole number, not ${show(value ?? null)}`)
  }
  return number
}

export function asBigInt(value: Plain | undefined, place: string): bigint {
  const text = asText(value, place).replaceAll('_', '')
  if (!/^-?(\d+|0x[0-9a-fA-F]+)$/.test(text)) {
    throw new CaseError(place, `expected a whole number, not ${show(text)}`)
  }
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text)
}

export function show(value: Plain): string {
  return JSON.stringify(value)
}

import type { ScalarName } from '../entityModel.ts'

const SCALARS: ReadonlyMap<string, ScalarName> = new Map([
  ['Boolean', 'Boolean'],
  ['Int', 'Int'],
  ['Int8', 'Int8'],
  ['BigInt', 'BigInt'],
  ['BigDecimal', 'BigDecimal'],
  ['String', 'String'],
  ['ID', 'String'],
  ['Bytes', 'Bytes'],
  ['Timestamp', 'Timestamp'],
])

/** From narrow to wide: what is narrower fits into what is wider. */
const NUMBERS: readonly ScalarName[] = ['Int', 'Int8', 'BigInt', 'BigDecimal']

/** The scalar that a type of this name is, or null where it is none. */
export function scalarType(name: string): ScalarName | null {
  return SCALARS.get(name) ?? null
}

export function isNumeric(scalar: ScalarName | null): scalar is ScalarName {
  return scalar !== null && NUMBERS.includes(scalar)
}

/** Whether not every number of a type fits into another type of numbers. */
export function isWider(scalar: ScalarName, than: ScalarName): boolean {
  return NUMBERS.indexOf(scalar) > NUMBERS.indexOf(than)
}

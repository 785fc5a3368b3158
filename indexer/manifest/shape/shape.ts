/** Finds what about a value is not as it must be. */
export type Shape = (value: unknown, at: string) => string[]

const told = (at: string, problem: string) => [at === '' ? problem : `${at}: ${problem}`]

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value for which a condition holds. */
export function value(expected: string, holds: (value: unknown) => boolean): Shape {
  return (given, at) => {
    return holds(given)
      ? []
      : told(at, `invalid value: ${JSON.stringify(given)}, expected ${expected}`)
  }
}

export const text = value('a string', (given) => typeof given === 'string')
export const flag = value('a boolean', (given) => typeof given === 'boolean')

/** A whole number of 32 bits, as blocks are numbered. */
export const integer = value(
  'i32',
  (given) => Number.isInteger(given) && (Number(given) | 0) === given,
)

/** A text of a form. */
export function pattern(expected: string, form: RegExp): Shape {
  return value(expected, (given) => typeof given === 'string' && form.test(given))
}

/** One of a few names. */
export function oneOf(names: readonly string[]): Shape {
  return (given, at) => {
    if (names.some((name) => name === given)) return []
    const list = names.map((name) => `\`${name}\``).join(', ')
    return told(at, `unknown variant \`${given}\`, expected one of ${list}`)
  }
}

/** What may also be null. */
export function nullable(shape: Shape): Shape {
  return (given, at) => (given === null ? [] : shape(given, at))
}

export function list(shape: Shape): Shape {
  return (given, at) => {
    if (!Array.isArray(given)) return told(at, 'invalid type, expected a sequence')
    return given.flatMap((element, index) => shape(element, `${at}[${index}]`))
  }
}

/** A map of any keys. */
export function mapOf(shape: Shape): Shape {
  return (given, at) => {
    if (!isMap(given)) return told(at, 'invalid type, expected a map')
    return Object.entries(given).flatMap(([key, element]) => shape(element, `${at}.${key}`))
  }
}

/** A map of these keys; others are not looked at. */
export function record(
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  return (given, at) => {
    if (!isMap(given)) return told(at, 'invalid type, expected a map')
    const inside = (key: string) => (at === '' ? key : `${at}.${key}`)
    return [
      ...Object.entries(required).flatMap(([key, shape]) => {
        if (given[key] === undefined) return told(at, `missing field \`${key}\``)
        return shape(given[key], inside(key))
      }),
      ...Object.entries(optional).flatMap(([key, shape]) => {
        return given[key] === undefined ? [] : shape(given[key], inside(key))
      }),
    ]
  }
}

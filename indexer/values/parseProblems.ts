// What Rust's parsers say of a text that is none of theirs: it ends graph-node's messages.

/** Why a text is no integer, or none of a limited size. */
export function integerProblem(text: string): string {
  if (text === '') return 'cannot parse integer from empty string'
  if (!/^[+-]?\d+$/.test(text)) return 'invalid digit found in string'
  return `number too ${text.startsWith('-') ? 'small' : 'large'} to fit in target type`
}

/** Why a text is no `BigDecimal`. */
export function decimalProblem(text: string): string {
  const at = text.search(/[eE]/)
  const exponent = at < 0 ? '0' : text.slice(at + 1).replace(/^\+/, '')
  if (!/^-?\d+$/.test(exponent)) return integerProblem(exponent)
  const digits = at < 0 ? text : text.slice(0, at)
  if (digits === '') return 'Failed to parse empty string'
  return integerProblem(digits.replace('.', ''))
}

/** Why a text is no bytes in hexadecimal. */
export function hexProblem(text: string): string {
  const digits = text.replace(/^(0x)+/, '')
  if (digits.length % 2 !== 0) return 'Odd number of digits'
  const at = digits.search(/[^0-9a-fA-F]/)
  return `Invalid character '${digits[at]}' at position ${at}`
}

import { BigDecimal, MAX_DIGITS } from '../../values/bigDecimal.ts'

/**
 * A number as Postgres prints it, as graph-node's BigDecimal prints it: no trailing zeros, no
 * exponent, and longer numbers cut as its arithmetic cuts them.
 */
export function normalizeDecimal(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!match) return text
  const [, sign, whole, fraction = ''] = match
  const digits = (whole + fraction).replace(/^0+/, '')
  if (digits === '') return '0'
  if (digits.length > MAX_DIGITS) return String(BigDecimal.parse(text))
  const trimmed = digits.replace(/0+$/, '')
  const scale = fraction.length - (digits.length - trimmed.length)
  if (scale <= 0) return sign + trimmed + '0'.repeat(-scale)
  const padded = trimmed.padStart(scale + 1, '0')
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

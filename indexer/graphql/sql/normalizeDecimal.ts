/** Significant digits that a BigDecimal keeps. */
const PRECISION = 34

/**
 * A number as Postgres prints it, as graph-node's BigDecimal prints it: at most 34 significant
 * digits, no trailing zeros, no exponent. Of longer numbers, positive ones are rounded half up and
 * negative ones are cut; that is how the library behaves, and results must not differ.
 */
export function normalizeDecimal(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!match) return text
  const [, sign, whole, fraction = ''] = match
  let digits = (whole + fraction).replace(/^0+/, '')
  if (digits === '') return '0'
  let scale = fraction.length
  if (digits.length > PRECISION) {
    const roundUp = sign === '' && digits[PRECISION] >= '5'
    scale -= digits.length - PRECISION
    const kept = BigInt(digits.slice(0, PRECISION))
    digits = String(roundUp ? kept + 1n : kept)
  }
  const trimmed = digits.replace(/0+$/, '')
  scale -= digits.length - trimmed.length
  if (scale <= 0) return sign + trimmed + '0'.repeat(-scale)
  const padded = trimmed.padStart(scale + 1, '0')
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

/**
 * How strongly a span is shown, 1 to 3: by its information (bits) beside the strongest span of the
 * answer. One that is below the parameters' thresholds is never shown strongly.
 */
export function spanStrength(
  span: { bits: number; qualified: boolean },
  mostBits: number,
): 1 | 2 | 3 {
  if (!span.qualified || mostBits <= 0) return 1
  const part = span.bits / mostBits
  return part > 2 / 3 ? 3 : part > 1 / 3 ? 2 : 1
}

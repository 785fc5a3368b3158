import type { RpcError } from './rpcErrors.ts'

/** Texts with which providers refuse a range of blocks because of its length. */
const TOO_LONG =
  /(block|limited|up to|exceed|max)[^.]*\brange|\brange[^.]*(limit|exceed|large|long|wide|big|max|greater|over)|max(imum)?[^.]*\bblocks\b|\bblocks\b[^.]*(limit|max|exceed)|(too many|limited to|more than|up to)[^.]*\bblocks\b/i
/** Texts with which they refuse it because of what it would give. */
const TOO_MUCH =
  /results|response size|logs matched|too many logs|log limit|more than [\d,]+ logs|logs? .*exceed|size (is )?exceed|size limit|response (is )?too large|query timeout|timed? ?out|duration|too (big|heavy)/i
const SUGGESTED = /\[?\s*(0x[0-9a-f]+|\d+)\s*(?:,|-|to)\s*(0x[0-9a-f]+|\d+)\s*\]?/gi
const NUMBER = /(?<![\w.])(\d{1,3}(?:,\d{3})+|\d+)\s?(k\b)?(?!\w)/gi

/** What a provider's refusal of a range of logs says about the next try. */
export interface ShorterRange {
  /** Blocks to ask for next. */
  readonly length: number
  /** Whether the provider takes no more than that of any range. */
  readonly always: boolean
}

/**
 * Reads how long a range may be from a provider's refusal of one. Each has its own words: some
 * name the longest range that they take, some one that would do here, some say only "too much".
 *
 * @returns null for an error of another kind.
 */
export function shorterRange(error: RpcError, from: number, to: number): ShorterRange | null {
  const data = error.data === undefined ? '' : ` ${JSON.stringify(error.data)}`
  const text = error.message + data
  const asked = to - from + 1
  const tooMuch = TOO_MUCH.test(text)
  if (!tooMuch && !TOO_LONG.test(text)) return null
  const half = Math.max(1, Math.floor(asked / 2))
  for (const [, first, last] of text.matchAll(SUGGESTED)) {
    const length = Number(last) - from + 1
    if (Number(first) === from && length >= 1 && length < asked) return { length, always: false }
  }
  if (tooMuch) return { length: half, always: false }
  const limits = [...text.replace(`(code ${error.code})`, '').matchAll(NUMBER)]
    .map(([, digits, thousands]) => Number(digits.replaceAll(',', '')) * (thousands ? 1_000 : 1))
    .filter((number) => number >= 1 && number < asked)
  if (limits.length === 0) return { length: half, always: false }
  return { length: Math.max(...limits), always: true }
}

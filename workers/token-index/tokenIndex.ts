import { longestMatches } from './longestMatches.ts'
import { restrictSegment } from './restrictSegment.ts'
import type { Segment } from './segment.ts'
import { segmentTokens } from './segment.ts'
import { suffixRange } from './suffixRange.ts'
import { symbolBucket } from './symbolBucket.ts'

/**
 * The tokens of an answering model's candidate records. Whatever it says depends on the records
 * alone, not on how they were divided among segments.
 */
export interface TokenIndex {
  /** Tokens of all candidates. */
  tokens: number
  /** How often a token id occurs in them. */
  count(token: number): number
  /** For each answer token, the longest run from it on that stands in one candidate. */
  longestMatches(answer: ArrayLike<number>): Uint16Array
  /** Every candidate that holds the run, ascending. */
  recordsWith(answer: ArrayLike<number>, start: number, len: number): bigint[]
}

/**
 * Joins segments of one tokenizer and leaves out the records that are no candidates.
 *
 * @example
 * const index = createTokenIndex(segments, (recordNo) => snapshot.has(recordNo))
 * const spans = traceSpans(index, answerTokenIds, clusterOf)
 */
export function createTokenIndex(
  segments: readonly Segment[],
  isCandidate: (recordNo: bigint) => boolean,
): TokenIndex {
  const parts = segments
    .map((segment) => restrictSegment(segment, isCandidate))
    .filter((segment) => segment !== undefined)
  return {
    tokens: parts.reduce((sum, part) => sum + segmentTokens(part), 0),
    count(token) {
      let count = 0
      for (const part of parts) {
        const bucket = symbolBucket(part, token + 1)
        if (bucket >= 0) count += part.buckets[bucket + 1] - part.buckets[bucket]
      }
      return count
    },
    longestMatches(answer) {
      const longest = new Uint16Array(answer.length)
      for (const part of parts) {
        const lengths = longestMatches(part, answer)
        for (let at = 0; at < lengths.length; at++) {
          if (lengths[at] > longest[at]) longest[at] = lengths[at]
        }
      }
      return longest
    },
    recordsWith(answer, start, len) {
      const found = new Set<bigint>()
      for (const part of parts) {
        const { first, end } = suffixRange(part, answer, start, len)
        for (let rank = first; rank < end; rank++) {
          found.add(part.recordNos[documentAt(part, part.suffixes[rank])])
        }
      }
      return [...found].sort((a, b) => (a < b ? -1 : 1))
    },
  }
}

/** The document that holds a position of the text. */
function documentAt(segment: Segment, position: number): number {
  const { offsets } = segment
  let low = 0
  let high = offsets.length - 1
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (offsets[middle] <= position) low = middle
    else high = middle
  }
  return low
}

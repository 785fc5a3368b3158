import type { Segment } from './segment.ts'
import { symbolBucket } from './symbolBucket.ts'

/** Tokens beyond which a match is not followed: nobody's claim grows by repeating a whole page. */
export const MAX_SPAN_TOKENS = 256

/**
 * For each answer token, how many tokens from it on stand somewhere in the segment, word for word
 * within one document; at most `MAX_SPAN_TOKENS`.
 *
 * Binary search among the suffixes, begun at the bucket of the first token; what the two borders
 * have in common with the answer is not compared again (Manber and Myers, "Suffix Arrays", 1993).
 */
export function longestMatches(segment: Segment, answer: ArrayLike<number>): Uint16Array {
  const lengths = new Uint16Array(answer.length)
  for (let at = 0; at < answer.length; at++) lengths[at] = longestMatch(segment, answer, at)
  return lengths
}

function longestMatch(segment: Segment, answer: ArrayLike<number>, start: number): number {
  const bucket = symbolBucket(segment, answer[start] + 1)
  if (bucket < 0) return 0
  const { suffixes, buckets } = segment
  const limit = Math.min(MAX_SPAN_TOKENS, answer.length - start)

  let low = buckets[bucket]
  let high = buckets[bucket + 1] - 1
  // Matches found at the two borders of the range still open; both share the first token.
  let lowMatch = extend(segment, answer, start, suffixes[low], 1, limit)
  if (lowMatch === limit || low === high) return lowMatch
  if (answerSortsBefore(segment, answer, start, suffixes[low], lowMatch)) return lowMatch
  let highMatch = extend(segment, answer, start, suffixes[high], 1, limit)
  if (highMatch === limit) return highMatch
  if (!answerSortsBefore(segment, answer, start, suffixes[high], highMatch)) return highMatch

  while (high - low > 1) {
    const middle = (low + high) >>> 1
    const known = Math.min(lowMatch, highMatch)
    const match = extend(segment, answer, start, suffixes[middle], known, limit)
    if (match === limit) return match
    if (answerSortsBefore(segment, answer, start, suffixes[middle], match)) {
      high = middle
      highMatch = match
    } else {
      low = middle
      lowMatch = match
    }
  }
  return Math.max(lowMatch, highMatch)
}

/** How far answer and suffix agree, from the first `known` tokens on; a document's end stops it. */
function extend(
  segment: Segment,
  answer: ArrayLike<number>,
  start: number,
  suffix: number,
  known: number,
  limit: number,
): number {
  const { text } = segment
  let match = known
  // The text ends in 0, which no token equals, so this never reads beyond it.
  while (match < limit && text[suffix + match] === answer[start + match] + 1) match += 1
  return match
}

/** Whether the answer's token behind the match is smaller than the suffix's. */
function answerSortsBefore(
  segment: Segment,
  answer: ArrayLike<number>,
  start: number,
  suffix: number,
  match: number,
): boolean {
  return answer[start + match] + 1 < segment.text[suffix + match]
}

import type { Segment } from './segment.ts'
import { symbolBucket } from './symbolBucket.ts'

/** The ranks [first, end) of the suffixes that begin with these answer tokens. */
export function suffixRange(
  segment: Segment,
  answer: ArrayLike<number>,
  start: number,
  length: number,
): { first: number; end: number } {
  const bucket = symbolBucket(segment, answer[start] + 1)
  if (bucket < 0) return { first: 0, end: 0 }
  const from = segment.buckets[bucket]
  const to = segment.buckets[bucket + 1]
  const first = partition(from, to, (rank) => compare(segment, answer, start, length, rank) < 0)
  const end = partition(first, to, (rank) => compare(segment, answer, start, length, rank) <= 0)
  return { first, end }
}

/** The first rank of [from, to) for which `before` no longer holds. */
function partition(from: number, to: number, before: (rank: number) => boolean): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if (before(middle)) low = middle + 1
    else high = middle
  }
  return low
}

/** Sign of suffix minus answer run; 0 where the suffix begins with the run. */
function compare(
  segment: Segment,
  answer: ArrayLike<number>,
  start: number,
  length: number,
  rank: number,
): number {
  const suffix = segment.suffixes[rank]
  for (let at = 0; at < length; at++) {
    const difference = segment.text[suffix + at] - (answer[start + at] + 1)
    if (difference !== 0) return difference
  }
  return 0
}

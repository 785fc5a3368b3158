import { buildSegment } from './buildSegment.ts'
import type { Segment } from './segment.ts'

/**
 * The segment of only those documents whose record is a candidate: itself where all are, and
 * `undefined` where none is. Sorting the rest anew keeps every later answer exact; most segments lie
 * wholly inside or outside of a snapshot.
 */
export function restrictSegment(
  segment: Segment,
  isCandidate: (recordNo: bigint) => boolean,
): Segment | undefined {
  const { text, offsets, recordNos } = segment
  const kept = Array.from(recordNos.keys()).filter((at) => isCandidate(recordNos[at]))
  if (kept.length === recordNos.length) return segment
  if (kept.length === 0) return undefined
  return buildSegment(
    segment,
    kept.map((at) => ({
      recordNo: recordNos[at],
      tokens: text.subarray(offsets[at], offsets[at + 1] - 1).map((symbol) => symbol - 1),
    })),
  )
}

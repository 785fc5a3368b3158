import type { TokenSpan } from '@tributary/protocol/attribution/evidence'
import type { Params } from '@tributary/protocol/attribution/params'
import { spanQualifies } from '@tributary/protocol/attribution/tokenPath'
import type { Candidate } from '../candidates/candidate.ts'

/** A run of the answer that stands in somebody's records, as pages show it. */
export interface AnswerSpan {
  /** UTF-16 code units of the answer, the end exclusive. */
  startChar: number
  endChar: number
  /** Bits above chance, 1/65536 bit. */
  bits: number
  /** Clusters that hold it. */
  df: number
  /** Whether the token path pays for it. */
  qualified: boolean
  holders: { recordNo: string; clusterId: string; accountId: string; label: string }[]
}

/** Clusters that are named with one span; more only make the page longer. */
const MAX_HOLDERS = 64

/**
 * The spans of the evidence in characters of the answer.
 *
 * @param offsets for each answer token the UTF-16 range it covers, the end exclusive
 */
export function answerSpans(
  spans: readonly TokenSpan[],
  offsets: readonly (readonly [number, number])[],
  params: Params,
  candidates: ReadonlyMap<bigint, Candidate>,
): AnswerSpan[] {
  return spans.map((span) => {
    const [startChar] = offsets[span.start]
    const [, endChar] = offsets[span.start + span.len - 1]
    return {
      startChar,
      endChar,
      bits: span.bits,
      df: span.df,
      qualified: spanQualifies(span, params),
      holders: span.clusters.slice(0, MAX_HOLDERS).map(({ recordNo, clusterId, accountId }) => ({
        recordNo: recordNo.toString(),
        clusterId: clusterId.toString(),
        accountId: accountId.toString(),
        label: candidates.get(recordNo)?.label ?? '',
      })),
    }
  })
}

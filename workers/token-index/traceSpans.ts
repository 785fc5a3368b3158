import { spanBits } from '@tributary/protocol/attribution/spanBits'
import type { TokenRun } from './maximalSpans.ts'
import { maximalSpans } from './maximalSpans.ts'
import type { TokenIndex } from './tokenIndex.ts'

/** A maximal run of answer tokens, and the clusters of near-duplicates that hold it. */
export interface TracedSpan extends TokenRun {
  /** Bits above chance, in 1/65536 bit. */
  bits: number
  /** Number of clusters that hold it. */
  df: number
  /** Those clusters by clusterId, each with its earliest record that holds the span. */
  clusters: { clusterId: bigint; recordNo: bigint }[]
}

/**
 * Which runs of the answer stand in the candidates word for word, how unlikely each is by chance,
 * and who holds it. Runs without a bit above chance are left out: no parameters can ever pay for
 * them, while a single comma may stand in every record.
 *
 * @param answer token ids
 * @param clusterOf the cluster of a candidate
 */
export function traceSpans(
  index: TokenIndex,
  answer: ArrayLike<number>,
  clusterOf: (recordNo: bigint) => bigint,
): TracedSpan[] {
  const counts = new Map<number, number>()
  const countOf = (token: number) => {
    let count = counts.get(token)
    if (count === undefined) {
      count = index.count(token)
      counts.set(token, count)
    }
    return count
  }
  const traced: TracedSpan[] = []
  for (const { start, len } of maximalSpans(index.longestMatches(answer))) {
    const tokenCounts = Array.from({ length: len }, (_, at) => countOf(answer[start + at]))
    const bits = spanBits(tokenCounts, index.tokens)
    if (bits <= 0) continue
    // Records come in ascending order, so the first of a cluster is its earliest.
    const earliest = new Map<bigint, bigint>()
    for (const recordNo of index.recordsWith(answer, start, len)) {
      const clusterId = clusterOf(recordNo)
      if (!earliest.has(clusterId)) earliest.set(clusterId, recordNo)
    }
    const clusters = Array.from(earliest, ([clusterId, recordNo]) => ({ clusterId, recordNo }))
    clusters.sort((a, b) => (a.clusterId < b.clusterId ? -1 : 1))
    traced.push({ start, len, bits, df: clusters.length, clusters })
  }
  return traced
}

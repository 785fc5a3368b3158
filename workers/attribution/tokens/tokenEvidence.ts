import { MAX_EVIDENCE_ROWS, type TokenSpan } from '@tributary/protocol/attribution/evidence'

/**
 * Spans as they are stored: in the order of the answer, at most `limit` rows, one for each cluster
 * of each span. Where they are too many, those that could be paid least (bits / df) are left out,
 * and the last one kept may list fewer clusters than hold it.
 *
 * @param spans with all their known clusters, in any order
 */
export function tokenEvidence(
  spans: readonly TokenSpan[],
  limit: number = MAX_EVIDENCE_ROWS,
): TokenSpan[] {
  const kept: TokenSpan[] = []
  let rows = limit
  for (const span of [...spans].sort(byWorth)) {
    if (rows === 0) break
    const clusters = [...span.clusters].sort(byCluster).slice(0, rows)
    kept.push({ ...span, clusters })
    rows -= Math.max(1, clusters.length)
  }
  return kept.sort((left, right) => left.start - right.start || left.len - right.len)
}

function byWorth(left: TokenSpan, right: TokenSpan): number {
  const difference = BigInt(right.bits) * BigInt(left.df) - BigInt(left.bits) * BigInt(right.df)
  return difference === 0n ? left.start - right.start : difference > 0n ? 1 : -1
}

function byCluster(left: { clusterId: bigint }, right: { clusterId: bigint }): number {
  return left.clusterId < right.clusterId ? -1 : 1
}

import type { TokenSpan } from './evidence.ts'
import type { Params } from './params.ts'
import { ALL_COMMONS, type PathShares } from './pathShares.ts'

/** Whether a span is long, rare and informative enough to be paid for. */
export function spanQualifies(
  span: Pick<TokenSpan, 'bits' | 'len' | 'df'>,
  params: Pick<Params, 'minSpanBits' | 'minSpanTokens' | 'dfCap'>,
): boolean {
  return (
    span.bits > 0 &&
    span.bits >= params.minSpanBits &&
    span.len >= params.minSpanTokens &&
    span.df <= params.dfCap
  )
}

/**
 * The token path's shares. A qualifying span of b bits in df clusters gives each of them
 * b / df²; so a span that all hold pays next to nothing. Spans that do not qualify give their
 * bits (below zero counts as zero) to commons, and so does the part of clusters that a capped
 * list leaves out. The share of a cluster is its weight over all clusters' and commons' weight.
 * Weights are exact: bits times the least common multiple of all df².
 *
 * @param payees account by cluster, see clusterPayees
 */
export function tokenPath(
  spans: readonly TokenSpan[],
  payees: ReadonlyMap<bigint, bigint>,
  params: Pick<Params, 'minSpanBits' | 'minSpanTokens' | 'dfCap'>,
): PathShares {
  const qualified = spans.filter((span) => spanQualifies(span, params))
  const scale = qualified.reduce((multiple, { df }) => lcm(multiple, BigInt(df) ** 2n), 1n)
  const weights = new Map<bigint, bigint>()
  let commons = 0n
  for (const span of spans) {
    if (!spanQualifies(span, params)) {
      commons += BigInt(Math.max(0, span.bits)) * scale
      continue
    }
    const each = (BigInt(span.bits) * scale) / BigInt(span.df) ** 2n
    for (const { clusterId } of span.clusters) {
      weights.set(clusterId, (weights.get(clusterId) ?? 0n) + each)
    }
    commons += each * BigInt(span.df - span.clusters.length)
  }
  if (weights.size === 0) return ALL_COMMONS
  const entries = [...weights].map(([clusterId, weight]) => ({
    accountId: payees.get(clusterId) as bigint,
    clusterId,
    weight,
  }))
  return { entries, commons }
}

function lcm(one: bigint, other: bigint): bigint {
  let [a, b] = [one, other]
  while (b !== 0n) [a, b] = [b, a % b]
  return (one / a) * other
}

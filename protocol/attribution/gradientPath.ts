import type { GradientScore } from './evidence.ts'
import type { Params } from './params.ts'
import { ALL_COMMONS, type PathShares } from './pathShares.ts'

/** The gradient path's shares, and what it says beside them. */
export interface GradientShares extends PathShares {
  /** Sum of the clusters that spoke against the answer, ≤ 0: a public quality statistic. */
  negative: bigint
}

/** Effective number of clusters up to which nothing goes to commons. */
const RAMP_START = 2n
/** Over that many more, everything does. */
const RAMP_LENGTH = 6n

/**
 * The gradient path's shares.
 *
 * 1. Scores of one cluster are summed before anything is cut, so that a cluster whose records
 *    speak for and against counts by what is left.
 * 2. Positive scores above their 99.5th percentile (nearest rank) are cut down to it; negative
 *    ones count as 0.
 * 3. s = share of each cluster in the sum of all positive scores. Only the top 64 clusters
 *    (larger score, then smaller id) with s ≥ 0.1 % are paid; the rest of s is commons.
 * 4. Of what is paid, c = clamp((1/Σs² − 2)/6, 0, 1) goes to commons too: 1/Σs² is the number
 *    of clusters that the answer effectively rests on, and where they are many, none stands out.
 *
 * With T = Σx and Q = Σx² over positive scores x, c = clamp(T² − 2Q, 0, 6Q) / 6Q; weights are
 * x · (6Q − that) out of T · 6Q, so nothing is rounded here.
 *
 * @param payees account by cluster, see clusterPayees
 */
export function gradientPath(
  scores: readonly GradientScore[],
  payees: ReadonlyMap<bigint, bigint>,
  params: Pick<Params, 'topClusters' | 'minSharePpm' | 'winsorPercentilePpm'>,
): GradientShares {
  const net = new Map<bigint, bigint>()
  for (const { clusterId, score } of scores) {
    net.set(clusterId, (net.get(clusterId) ?? 0n) + score)
  }
  const negative = [...net.values()].reduce((sum, score) => (score < 0n ? sum + score : sum), 0n)
  const positive = [...net].filter(([, score]) => score > 0n)
  if (positive.length === 0) return { ...ALL_COMMONS, negative }

  const limit = percentile(
    positive.map(([, score]) => score),
    params.winsorPercentilePpm,
  )
  const clusters = positive
    .map(([clusterId, score]) => ({ clusterId, score: clamp(score, 0n, limit) }))
    .sort((one, other) =>
      one.score === other.score
        ? one.clusterId < other.clusterId
          ? -1
          : 1
        : one.score > other.score
          ? -1
          : 1,
    )
  const total = clusters.reduce((sum, { score }) => sum + score, 0n)
  const squares = clusters.reduce((sum, { score }) => sum + score * score, 0n)
  const whole = RAMP_LENGTH * squares
  const spread = clamp(total * total - RAMP_START * squares, 0n, whole)
  const entries = clusters
    .slice(0, params.topClusters)
    .filter(({ score }) => score * 1_000_000n >= total * BigInt(params.minSharePpm))
    .map(({ clusterId, score }) => ({
      accountId: payees.get(clusterId) as bigint,
      clusterId,
      weight: score * (whole - spread),
    }))
    .filter(({ weight }) => weight > 0n)
  if (entries.length === 0) return { ...ALL_COMMONS, negative }
  const paid = entries.reduce((sum, { weight }) => sum + weight, 0n)
  return { entries, commons: total * whole - paid, negative }
}

/** Nearest-rank percentile: the smallest value that at least that part does not exceed. */
function percentile(values: bigint[], ppm: number): bigint {
  const ascending = [...values].sort((one, other) => (one < other ? -1 : one > other ? 1 : 0))
  const rank = Math.ceil((ascending.length * ppm) / 1_000_000)
  return ascending[rank - 1] as bigint
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value
}

import type { Evidence } from './evidence.ts'
import type { Weighted } from './largestRemainder.ts'

/** What one path says: weights of clusters, and of what it cannot single out. */
export interface PathShares {
  /** By cluster, each once. */
  entries: Weighted[]
  /** Same unit as the entries' weights. */
  commons: bigint
}

/** A path that found nothing: all of it is commons. */
export const ALL_COMMONS: PathShares = { entries: [], commons: 1n }

/**
 * Who is paid for each cluster: the account of its earliest record in the evidence, since record
 * numbers follow registration on chain. Near-copies of a record do not earn beside it.
 */
export function clusterPayees(evidence: Evidence): Map<bigint, bigint> {
  const earliest = new Map<bigint, { recordNo: bigint; accountId: bigint }>()
  const rows = [
    ...(evidence.token ?? []).flatMap(({ clusters }) => clusters),
    ...(evidence.gradient ?? []),
  ]
  for (const { clusterId, recordNo, accountId } of rows) {
    const known = earliest.get(clusterId)
    if (known === undefined || recordNo < known.recordNo) {
      earliest.set(clusterId, { recordNo, accountId })
    }
  }
  return new Map([...earliest].map(([clusterId, { accountId }]) => [clusterId, accountId]))
}

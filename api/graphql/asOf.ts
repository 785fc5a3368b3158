import { analyticsAsOf } from '@tributary/analytics/queries/analyticsAsOf'
import type { Heads } from '../chain/chainFacts.ts'
import type { Parts } from '../http/Parts.ts'
import { dateTime } from './scalars/dateTime.ts'

export interface AsOf {
  block: { number: bigint; hash: string | null; timestamp: string | null }
  safeBlock: bigint | null
  finalizedBlock: bigint | null
  ledgerEpoch: bigint
  indexedAt: string
}

/** How far the subgraph and the analytics have come at this moment. */
export async function readAsOf(parts: Parts, heads: Heads): Promise<AsOf> {
  const [{ _meta: meta }, analytics] = await Promise.all([
    parts.subgraph.query<{
      _meta: { block: { number: number; hash: string | null; timestamp: number | null } }
    }>('{ _meta { block { number hash timestamp } } }'),
    analyticsAsOf(parts.analytics),
  ])
  const { number, hash, timestamp } = meta.block
  return {
    block: {
      number: BigInt(number),
      hash,
      timestamp: timestamp === null ? null : dateTime(timestamp),
    },
    safeBlock: heads.safe ? BigInt(heads.safe.number) : null,
    finalizedBlock: heads.finalized ? BigInt(heads.finalized.number) : null,
    ledgerEpoch: BigInt(analytics.epochId),
    indexedAt: new Date().toISOString(),
  }
}

import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { openQuery } from '../dialect/openQuery.ts'

/** How far the tables go. */
export interface AnalyticsAsOf {
  /** Highest epoch of which something is mirrored; 0 before the first. */
  epochId: number
  /**
   * Highest batch of each service that is mirrored whole: the mirror writes a batch's `inference`
   * rows after its `ledger` rows. It goes on with the batch behind this one.
   */
  batches: { serviceId: number; batchId: bigint }[]
  /** Finalized block up to which everything is mirrored; null before the first. */
  block: { number: bigint; time: Date } | null
}

/** Up to which epoch, batches and block the answers of the other queries hold. */
export async function analyticsAsOf(client: AnalyticsClient): Promise<AnalyticsAsOf> {
  const db = openQuery(client, { name: 'analyticsAsOf', seconds: 2 })
  const [services, blocks] = await Promise.all([
    db
      .selectFrom('inference as i')
      .select([
        'i.service_id as serviceId',
        sql<bigint>`max(i.batch_id)`.as('batchId'),
        sql<number>`max(i.epoch_id)`.as('epochId'),
      ])
      .groupBy('i.service_id')
      .orderBy('i.service_id')
      .execute(),
    db
      .selectFrom('mirrored_block as b')
      .select(['b.block_number as number', 'b.block_time as time'])
      .orderBy('b.block_number', 'desc')
      .limit(sql.lit(1))
      .execute(),
  ])
  return {
    epochId: Math.max(0, ...services.map(({ epochId }) => epochId)),
    batches: services.map(({ serviceId, batchId }) => ({ serviceId, batchId })),
    block: blocks[0] ?? null,
  }
}

import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface ModelUsageParams {
  modelIds: readonly bigint[]
}

/** How much a model was asked. */
export interface ModelUsageRow {
  modelId: bigint
  inferences: bigint
  tokensIn: bigint
  tokensOut: bigint
  /** Wei. */
  fee: bigint
  payers: bigint
  lastAt: Date
}

/** How much models were asked, so far as their epochs are final. */
export async function modelUsage(
  client: AnalyticsClient,
  { modelIds }: ModelUsageParams,
): Promise<ModelUsageRow[]> {
  return openQuery(client, { name: 'modelUsage', seconds: 3 })
    .selectFrom('inference as i')
    .select([
      'i.model_id as modelId',
      sql<bigint>`count()`.as('inferences'),
      sql<bigint>`sum(i.tokens_in)`.as('tokensIn'),
      sql<bigint>`sum(i.tokens_out)`.as('tokensOut'),
      sql<bigint>`sum(i.fee)`.as('fee'),
      sql<bigint>`uniqExact(i.payer_id)`.as('payers'),
      sql<Date>`max(i.ts)`.as('lastAt'),
    ])
    .where('i.model_id', 'in', ch.u64s(modelIds))
    .groupBy('i.model_id')
    .orderBy('i.model_id')
    .execute()
}

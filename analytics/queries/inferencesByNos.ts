import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'
import { type InferenceFactsRow, inferenceColumns } from './inferenceColumns.ts'

export interface InferencesByNosParams {
  inferenceNos: readonly bigint[]
}

/** What the receipts of some inferences say. */
export async function inferencesByNos(
  client: AnalyticsClient,
  { inferenceNos }: InferencesByNosParams,
): Promise<InferenceFactsRow[]> {
  return openQuery(client, { name: 'inferencesByNos', seconds: 2 })
    .selectFrom('inference as i')
    .select(inferenceColumns)
    .where('i.inference_no', 'in', ch.u64s(inferenceNos))
    .orderBy('i.inference_no')
    .execute()
}

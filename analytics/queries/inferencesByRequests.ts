import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'
import { type InferenceFactsRow, inferenceColumns } from './inferenceColumns.ts'

export interface InferencesByRequestsParams {
  /** Request ids in their text form. */
  requestIds: readonly string[]
}

/** What the receipts of some requests say. */
export async function inferencesByRequests(
  client: AnalyticsClient,
  { requestIds }: InferencesByRequestsParams,
): Promise<InferenceFactsRow[]> {
  return openQuery(client, { name: 'inferencesByRequests', seconds: 2 })
    .selectFrom('inference as i')
    .select(inferenceColumns)
    .where('i.request_id', 'in', ch.uuids(requestIds))
    .orderBy('i.inference_no')
    .execute()
}

import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface InferenceEvidenceParams {
  inferenceNos: readonly bigint[]
}

/** One thing that attribution found; units as in `tables/evidence.ts`. */
export interface InferenceEvidenceRow {
  inferenceNo: bigint
  path: 'token' | 'gradient'
  recordNo: bigint
  clusterId: bigint
  spanStart: number
  spanLen: number
  score: bigint
  df: number
}

/** All that attribution found for some inferences. */
export async function inferenceEvidence(
  client: AnalyticsClient,
  { inferenceNos }: InferenceEvidenceParams,
): Promise<InferenceEvidenceRow[]> {
  return openQuery(client, { name: 'inferenceEvidence', seconds: 2 })
    .selectFrom('evidence as e')
    .select([
      'e.inference_no as inferenceNo',
      'e.path',
      'e.record_no as recordNo',
      'e.cluster_id as clusterId',
      'e.span_start as spanStart',
      'e.span_len as spanLen',
      'e.score',
      'e.df',
    ])
    .where('e.inference_no', 'in', ch.u64s(inferenceNos))
    .orderBy('e.inference_no')
    .orderBy('e.path')
    .orderBy('e.span_start')
    .orderBy('e.span_len')
    .orderBy('e.record_no')
    .execute()
}

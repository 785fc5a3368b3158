import type { EvidenceRow } from '@tributary/analytics/tables/evidence'
import type { Evidence } from '@tributary/protocol/attribution/evidence'

/** Evidence as rows of the `evidence` table, in its own order. */
export function evidenceRows(inferenceNo: bigint, evidence: Evidence): EvidenceRow[] {
  const token = (evidence.token ?? []).flatMap(({ start, len, bits, df, clusters }) =>
    clusters.map(
      ({ recordNo, clusterId }): EvidenceRow => ({
        inference_no: inferenceNo,
        path: 'token',
        record_no: recordNo,
        cluster_id: clusterId,
        span_start: start,
        span_len: len,
        score: BigInt(bits),
        df,
      }),
    ),
  )
  const gradient = (evidence.gradient ?? []).map(
    ({ recordNo, clusterId, score }): EvidenceRow => ({
      inference_no: inferenceNo,
      path: 'gradient',
      record_no: recordNo,
      cluster_id: clusterId,
      span_start: 0,
      span_len: 0,
      score,
      df: 0,
    }),
  )
  return [...token, ...gradient]
}

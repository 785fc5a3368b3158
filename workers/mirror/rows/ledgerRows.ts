import type { LedgerRow } from '@tributary/analytics/tables/ledger'
import type { Params } from '@tributary/protocol/attribution/params'
import type { BatchBody, BatchEntry } from '@tributary/protocol/batches/batchBody'
import { inferenceLines } from '@tributary/protocol/fees/inferenceLines'

/** Where a record belongs. */
export interface RecordPlace {
  recordNo: bigint
  datanetId: bigint
  contributionId: bigint
}

/** The record for which an answer pays a cluster. */
export type RecordOf = (inferenceNo: bigint, clusterId: bigint) => RecordPlace

const NO_RECORD: RecordPlace = { recordNo: 0n, datanetId: 0n, contributionId: 0n }

/** Every wei of a batch as rows of the ledger, answer by answer in the order of their lines. */
export function ledgerRows(
  body: BatchBody,
  epochId: bigint,
  params: Params,
  recordOf: RecordOf,
): LedgerRow[] {
  return body.receipts.flatMap((entry) => rowsOfAnswer(body, entry, epochId, params, recordOf))
}

function rowsOfAnswer(
  { serviceId, batchId }: BatchBody,
  entry: BatchEntry,
  epochId: bigint,
  params: Params,
  recordOf: RecordOf,
): LedgerRow[] {
  const { inferenceNo, modelId, paramsVersion, issuedAt } = entry.receipt
  return inferenceLines(entry, params).map((line, lineNo) => {
    const { recordNo, datanetId, contributionId } =
      line.clusterId === 0n ? NO_RECORD : recordOf(inferenceNo, line.clusterId)
    return {
      inference_no: inferenceNo,
      line_no: lineNo,
      ts: new Date(Number(issuedAt)),
      service_id: serviceId,
      batch_id: batchId,
      epoch_id: Number(epochId),
      params_version: paramsVersion,
      role: line.role,
      path: line.path,
      model_id: modelId,
      datanet_id: datanetId,
      contribution_id: contributionId,
      record_no: recordNo,
      cluster_id: line.clusterId,
      account_id: line.accountId,
      ppm: line.ppm,
      wei: line.wei,
      sign: 1,
    }
  })
}

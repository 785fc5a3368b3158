import type { InferenceRow } from '@tributary/analytics/tables/inference'
import type { BatchBody } from '@tributary/protocol/batches/batchBody'
import { requestIdFromBytes32 } from '@tributary/protocol/ids/requestId'

/** The answers of a batch as rows, in their order. */
export function inferenceRows(body: BatchBody, epochId: bigint): InferenceRow[] {
  return body.receipts.map(({ receipt, rhoPpm }) => ({
    inference_no: receipt.inferenceNo,
    request_id: requestIdFromBytes32(receipt.requestId),
    ts: new Date(Number(receipt.issuedAt)),
    service_id: body.serviceId,
    batch_id: body.batchId,
    epoch_id: Number(epochId),
    params_version: receipt.paramsVersion,
    model_id: receipt.modelId,
    adapter_hash: receipt.adapterHash,
    payer_id: receipt.payerId,
    fee: receipt.fee,
    tokens_in: receipt.tokensIn,
    tokens_out: receipt.tokensOut,
    rho_ppm: rhoPpm,
    snapshots_root: receipt.snapshotsRoot,
    prompt_hash: receipt.promptHash,
    answer_hash: receipt.answerHash,
    evidence_root: receipt.evidenceRoot,
    vector_root: receipt.vectorRoot,
  }))
}

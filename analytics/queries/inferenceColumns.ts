/** What a receipt says; units as in `tables/inference.ts`. */
export interface InferenceFactsRow {
  inferenceNo: bigint
  requestId: string
  ts: Date
  serviceId: number
  batchId: bigint
  epochId: number
  paramsVersion: number
  modelId: bigint
  adapterHash: string
  payerId: bigint
  fee: bigint
  tokensIn: number
  tokensOut: number
  rhoPpm: number
  snapshotsRoot: string
  promptHash: string
  answerHash: string
  evidenceRoot: string
  vectorRoot: string
}

/** The columns of an {@link InferenceFactsRow}. */
export const inferenceColumns = [
  'i.inference_no as inferenceNo',
  'i.request_id as requestId',
  'i.ts',
  'i.service_id as serviceId',
  'i.batch_id as batchId',
  'i.epoch_id as epochId',
  'i.params_version as paramsVersion',
  'i.model_id as modelId',
  'i.adapter_hash as adapterHash',
  'i.payer_id as payerId',
  'i.fee',
  'i.tokens_in as tokensIn',
  'i.tokens_out as tokensOut',
  'i.rho_ppm as rhoPpm',
  'i.snapshots_root as snapshotsRoot',
  'i.prompt_hash as promptHash',
  'i.answer_hash as answerHash',
  'i.evidence_root as evidenceRoot',
  'i.vector_root as vectorRoot',
] as const

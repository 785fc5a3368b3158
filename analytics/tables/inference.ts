import { dateTime, hash, i256, type RowOf, u16, u32, u64, uuid } from './column.ts'

/** One row an answer: what its receipt says. */
export const inference = {
  inference_no: u64,
  /** Text form, as in URLs. */
  request_id: uuid,
  /** When the receipt was issued. */
  ts: dateTime,
  service_id: u16,
  batch_id: u64,
  epoch_id: u32,
  params_version: u32,
  model_id: u64,
  adapter_hash: hash,
  payer_id: u64,
  /** Wei. */
  fee: i256,
  tokens_in: u32,
  tokens_out: u32,
  /** What the base model knew by itself, ρ in parts per million. */
  rho_ppm: u32,
  snapshots_root: hash,
  prompt_hash: hash,
  answer_hash: hash,
  evidence_root: hash,
  vector_root: hash,
}

export type InferenceRow = RowOf<typeof inference>

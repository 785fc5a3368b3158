import type { ColumnType, Generated } from 'kysely'

/** Postgres `numeric` holding an integer: a decimal string on the wire, `bigint` in code. */
type Integer = ColumnType<string, bigint | string, bigint | string>
type Json<T> = ColumnType<T, string, string>

/** Tables of the database `app`: what the API and its gateway own. */
export interface AppDatabase {
  api_key: {
    key_id: Generated<number>
    /** SHA-256 of the key, hex; the key itself is never stored. */
    key_hash: string
    label: string
    payer_id: Integer
    /** Private key of the signer that the payer authorised in the escrow for this key. */
    signer_key: string
    /** Wei that may be spent with this key altogether. */
    cap: Integer
    spent: Integer
    created_at: Generated<Date>
    revoked_at: Date | null
  }
  service: { service_id: number; last_seq: Integer }
  payer_meter: { payer_id: Integer; service_id: number; cumulative: Integer }
  inference: {
    inference_no: Integer
    request_id: string
    model_id: Integer
    /** `alias@version` as answered. */
    model: string
    adapter_hash: string | null
    base_hash: string
    payer_id: Integer
    messages: Json<ChatMessage[]>
    answer: string
    tokens_in: number
    tokens_out: number
    fee: Integer
    cumulative: Integer
    voucher_signature: string
    params_version: number
    prompt_salt: string
    answer_salt: string
    is_public: boolean
    issued_at: Integer
  }
  outbox: {
    outbox_id: Generated<string>
    queue: string
    key: string
    spec: Json<unknown>
    job_id: string | null
  }
  attribution: {
    inference_no: Integer
    result: Json<unknown> | null
    error: string | null
    completed_at: Generated<Date>
  }
  receipt: {
    inference_no: Integer
    receipt: Json<unknown>
    signature: string
    entry: Json<unknown>
    created_at: Generated<Date>
  }
  cursor: { name: string; seq: Integer }
  loop_event: {
    seq: Generated<string>
    step: string
    status: string
    data: Json<unknown>
    at: Generated<Date>
  }
}

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant'
  content: string
}

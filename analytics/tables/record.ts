import { hash, oneOf, type RowOf, text, u32, u64 } from './column.ts'

/** Facts about a record; its text is in the content store alone. */
export const record = {
  record_no: u64,
  record_id: hash,
  datanet_id: u64,
  contribution_id: u64,
  account_id: u64,
  byte_length: u32,
  /** By the tokenizer of the Datanet's segments. */
  token_count: u32,
  kind: oneOf('text', 'qa', 'correction', 'preference'),
  /** What a reader sees for it. */
  label: text,
  /** `name@version` of the package it came from; empty where none. */
  package: text,
}

export type RecordRow = RowOf<typeof record>

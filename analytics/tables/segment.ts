import { hash, type RowOf, u64 } from './column.ts'

/** Immutable token segments of a Datanet's suffix index, in the order of `seq`. */
export const segment = {
  datanet_id: u64,
  tokenizer_hash: hash,
  seq: u64,
  first_record_no: u64,
  last_record_no: u64,
  tokens: u64,
  manifest_hash: hash,
}

export type SegmentRow = RowOf<typeof segment>

import { i64, oneOf, type RowOf, u32, u64 } from './column.ts'

/** All that attribution found for an answer, before any governed threshold. */
export const evidence = {
  inference_no: u64,
  path: oneOf('token', 'gradient'),
  record_no: u64,
  cluster_id: u64,
  /** First token of the answer; 0 on the gradient path. */
  span_start: u32,
  /** Number of tokens; 0 on the gradient path. */
  span_len: u32,
  /** 1/65536 bit on the token path, 10⁻⁹ units on the gradient path. */
  score: i64,
  /** Clusters that hold the span; 0 on the gradient path. */
  df: u32,
}

export type EvidenceRow = RowOf<typeof evidence>

import type { CanonicalRecord } from '@tributary/protocol/records/canonicalRecord'

/** One record as the analytics see it; its text is never among them. */
export interface RecordRow {
  recordNo: bigint
  recordId: string
  datanetId: bigint
  contributionId: bigint
  accountId: bigint
  byteLength: number
  tokenCount: number
  kind: CanonicalRecord['kind']
  /** What pages call the source: its author, or else its package, path or address. */
  label: string
  /** Name of the package that it comes from, or empty. */
  package: string
}

/** A token segment in the content store. */
export interface SegmentRow {
  datanetId: bigint
  tokenizerHash: string
  /** From 1 within (Datanet, tokenizer). */
  seq: number
  firstRecordNo: bigint
  lastRecordNo: bigint
  tokens: number
  /** sha256 of the stored segment, 0x-hex. */
  manifestHash: string
}

/** What ingest has written so far: all that it needs to go on after a restart. */
export interface IngestState {
  /** Records, each with the cluster that was written last. */
  records: { recordNo: bigint; recordId: string; contributionId: bigint; clusterId: bigint }[]
  segments: SegmentRow[]
  /** The newest number of a set of cluster rows; 0 before the first. */
  clusterSeq: number
}

/**
 * Where ingest writes. A write is repeated by the store itself until it is acknowledged, and one
 * that was acknowledged before changes nothing; so a step that was cut off is simply done again.
 */
export interface IngestStore {
  load(): Promise<IngestState>
  /** Rows of one contribution. */
  insertRecords(contributionId: bigint, rows: readonly RecordRow[]): Promise<void>
  /** Records whose cluster is new or has changed; a higher `seq` wins. */
  insertClusters(
    seq: number,
    rows: readonly { recordNo: bigint; clusterId: bigint }[],
  ): Promise<void>
  insertSegment(row: SegmentRow): Promise<void>
}

/** A record that may have shaped the answer: it belongs to a snapshot of the answering model. */
export interface Candidate {
  recordNo: bigint
  datanetId: bigint
  /** Whom its share goes to. */
  accountId: bigint
  /** The earliest record of its near-duplicates. */
  clusterId: bigint
  /** What the record is called on a page, such as a package's author. */
  label: string
}

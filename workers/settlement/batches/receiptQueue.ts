import type { BatchEntryJson } from '@tributary/protocol/batches/batchBody'

/** Where a settled receipt stands, for whoever wants to prove it. */
export interface ReceiptPlace {
  v: 1
  inferenceNo: string
  serviceId: number
  batchId: string
  /** Leaf in the batch, of `count`. */
  index: number
  count: number
  receiptsRoot: string
  attributionRoot: string
  /** Alt-DA commitment of the batch's body, 0x-hex; the chain holds its keccak256. */
  commitment: string
  blockNumber: number
  transactionHash: string
}

/** A receipt that waits for its batch to be final. */
export interface OpenReceipt {
  inferenceNo: bigint
  /** As the gateway queued it; not checked yet. */
  spec: unknown
  /** Tells the gateway where the receipt was settled. */
  settled(place: ReceiptPlace): Promise<void>
}

/** Signed receipts that the gateway has handed over, kept by the job service. */
export interface ReceiptQueue {
  /** Open receipts from `from` on, by number. */
  open(from: bigint, limit: number): Promise<OpenReceipt[]>
}

/** The spec of a `receipt` job. */
export type ReceiptSpec = BatchEntryJson

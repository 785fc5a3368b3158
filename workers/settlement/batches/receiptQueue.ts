import type { ReceiptResult } from '@tributary/protocol/messages/receiptJob'

/** A receipt that waits for its batch to be final. */
export interface OpenReceipt {
  inferenceNo: bigint
  /** As the gateway queued it; not checked yet. */
  spec: unknown
  /** Tells the gateway which final batch holds it. */
  settled(result: ReceiptResult): Promise<void>
}

/** Signed receipts that the gateway has handed over, kept by the job service. */
export interface ReceiptQueue {
  /** Open receipts from `from` on, by number. */
  open(from: bigint, limit: number): Promise<OpenReceipt[]>
}

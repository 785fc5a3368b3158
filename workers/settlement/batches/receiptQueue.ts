import type { ReceiptResult } from '@tributary/protocol/messages/receiptJob'

/** A receipt in the queue. */
export interface QueuedReceipt {
  inferenceNo: bigint
  /** As the gateway queued it; not checked yet. */
  spec: unknown
  /** Tells the gateway which final batch holds it. */
  settled(result: ReceiptResult): Promise<void>
}

/** Signed receipts that the gateway has handed over, kept by the job service. */
export interface ReceiptQueue {
  /**
   * Receipts from number `from` on, in their order. Those that were settled are among them: a chain
   * that lost a block it had called final needs them once more.
   */
  from(from: bigint, limit: number): Promise<QueuedReceipt[]>
  /** Receipts of a service that were not settled yet, in their order. */
  unsettled(serviceId: number, limit: number): Promise<QueuedReceipt[]>
}

/** How jobs of one queue are handed out. */
export interface QueueRules {
  /**
   * Seconds without a heartbeat after which a lease is lost; `null` for a queue whose jobs are
   * never leased: its single reader lists them in the order of their keys and completes them.
   */
  leaseSeconds: number | null
  /** Leases after which a job that keeps failing stays failed; `null` for no end. */
  maxAttempts: number | null
}

/**
 * The queues of the pipeline.
 *
 * `attribute` never gives up, because every metered answer needs its receipt. `train` does, so that
 * a job that kills its worker cannot do so for ever. `receipt` is an ordered log for settlement.
 */
export const QUEUES: Readonly<Record<string, QueueRules>> = {
  train: { leaseSeconds: 15, maxAttempts: 8 },
  attribute: { leaseSeconds: 15, maxAttempts: null },
  receipt: { leaseSeconds: null, maxAttempts: null },
}

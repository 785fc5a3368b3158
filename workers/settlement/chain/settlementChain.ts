import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/** The contract does not take a call as things stand now. */
export class RefusedError extends TributaryError {}

/** A batch as the chain knows it. Hashes are 0x-hex. */
export interface CommittedBatch {
  serviceId: number
  batchId: bigint
  firstInferenceNo: bigint
  count: number
  /** Wei of its receipts together. */
  fees: bigint
  receiptsRoot: string
  attributionRoot: string
  paramsVersion: number
  /** keccak256 of the Alt-DA commitment under which its body lies. */
  daCommitment: string
  blockNumber: number
  transactionHash: string
}

/** What `commitBatch` takes beside the batch's place. */
export interface NewBatch {
  serviceId: number
  batchId: bigint
  firstInferenceNo: bigint
  count: number
  fees: bigint
  receiptsRoot: string
  attributionRoot: string
  paramsVersion: number
}

/** Where the next batch continues. */
export interface BatchHead {
  serviceId: number
  batchId: bigint
  inferenceNo: bigint
  /** Versions that a batch may have now: not older than the last batch's, in effect at the latest. */
  paramsVersions: { from: number; to: number }
}

/** Where the next epoch continues: after the newest epoch that was not disabled. */
export interface EpochHead {
  epochId: bigint
  firstBatch: bigint
  /** What all accounts had earned up to then, wei. */
  sum: bigint
  /** Chain time, in seconds, at which the newest epoch was posted; 0 before the first. */
  postedAt: bigint
}

/** What `postEpoch` takes. */
export interface NewEpoch {
  epochId: bigint
  firstBatch: bigint
  lastBatch: bigint
  root: string
  sum: bigint
  depth: number
  paramsVersion: number
}

/** An epoch that pays. */
export interface ActiveEpoch {
  epochId: bigint
  lastBatch: bigint
  root: string
  sum: bigint
}

/** One account's part of a push. */
export interface Payout {
  accountId: bigint
  cumulative: bigint
  proof: { hash: string; sum: bigint }[]
}

/** A payer's promise to pay all answers up to one. */
export interface CollectableVoucher {
  payerId: bigint
  serviceId: number
  cumulative: bigint
  inferenceNo: bigint
  signature: string
}

/**
 * What the settlement needs of the chain. Heads are read at the newest block, since they say what
 * the contract will accept next; batches only from finalized blocks, since money is counted by them.
 * The calls that write return when the transaction is in a block, which a reorg may still undo.
 */
export interface SettlementChain {
  /** Chain time of the newest block, in seconds. */
  now(): Promise<bigint>
  batchHead(): Promise<BatchHead>
  /** All batches in finalized blocks; batch n stands at n − 1. */
  finalBatches(): Promise<readonly CommittedBatch[]>
  epochHead(): Promise<EpochHead>
  /** The newest epoch whose challenge window is over, if any. */
  activeEpoch(): Promise<ActiveEpoch | undefined>
  /** Wei that accounts have been paid in finalized blocks; accounts never paid are left out. */
  finalPaid(): Promise<ReadonlyMap<bigint, bigint>>
  /** Wei that each of these accounts has been paid. */
  paidOf(accountIds: readonly bigint[]): Promise<Map<bigint, bigint>>
  /** Wei that were collected from a payer for the service. */
  collectedOf(payerId: bigint): Promise<bigint>
  /** Wei that were collected for the service from all payers. */
  totalCollected(): Promise<bigint>

  /** The Alt-DA commitment under which a batch's body lies, from the transaction that named it. */
  commitmentOf(batch: CommittedBatch): Promise<string>

  /** @param commitment of the body in the Alt-DA store, 0x-hex */
  commitBatch(batch: NewBatch, commitment: string): Promise<void>
  collect(voucher: CollectableVoucher): Promise<void>
  /** @param commitment of the body in the Alt-DA store, 0x-hex */
  postEpoch(epoch: NewEpoch, commitment: string): Promise<void>
  push(epochId: bigint, payouts: readonly Payout[]): Promise<void>
}

import type { CommittedBatch } from '../../settlement/chain/settlementChain.ts'

/** A block that cannot be taken back any more. */
export interface FinalBlock {
  number: number
  hash: string
  /** Its time on chain. */
  time: Date
}

/** An epoch as it stands at a final block. */
export interface EpochFacts {
  epochId: bigint
  firstBatch: bigint
  lastBatch: bigint
  /** Whether it was taken back; its batches are then posted anew under another number. */
  disabled: boolean
}

/** A payment that an account's payee has received. */
export interface PaymentFacts {
  accountId: bigint
  epochId: bigint
  payee: string
  /** Wei. */
  amount: bigint
  cumulative: bigint
  transactionHash: string
  blockNumber: number
  logIndex: number
}

/** What the chain says for good, all of it as of one block. */
export interface FinalFacts {
  /** The newest finalized block that can be asked about. */
  newestBlock(): Promise<FinalBlock>
  /** Epochs from `from` on, ascending. */
  epochs(at: FinalBlock, from: bigint): Promise<EpochFacts[]>
  /** Numbers of all epochs that were taken back. */
  disabledEpochs(at: FinalBlock): Promise<bigint[]>
  /** The batches of an epoch, ascending. */
  batches(at: FinalBlock, epoch: EpochFacts): Promise<CommittedBatch[]>
  /**
   * Payments in blocks from `fromBlock` on, in the order of the chain; all payments of each block
   * that is named at all, and not more than some thousands.
   */
  payments(at: FinalBlock, fromBlock: number): Promise<PaymentFacts[]>
  /** Wei that were ever paid. */
  totalPaid(at: FinalBlock): Promise<bigint>
}

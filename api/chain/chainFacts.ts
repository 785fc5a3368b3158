import type { Contracts } from '@tributary/contracts/connect'
import type { Deployment } from '@tributary/contracts/deployment/deployment'
import type { Params } from '@tributary/protocol/attribution/params'
import type { SigningDomain } from '@tributary/protocol/receipts/receipt'

/** What the API reads from the chain itself, always at a current block. */
export interface ChainFacts {
  chainId: bigint
  serviceId: number
  escrowDomain: SigningDomain
  settlementDomain: SigningDomain
  deployment: Deployment
  contracts: Contracts
  /** Account that is paid for hosting by this service; 0n when nobody is. */
  hostId(): Promise<bigint>
  /**
   * Wei that this service may meter to the payer altogether: what it has collected of him, and what
   * lies in his escrow and is not being withdrawn.
   */
  funded(payerId: bigint): Promise<bigint>
  /** Parameters that the next batch is metered under. */
  params(): Promise<Params>
  paramsOf(version: number): Promise<Params>
  heads(): Promise<Heads>
}

export interface BlockHead {
  number: number
  hash: string
  timestamp: number
}

/** The three heads of an OP-Stack chain. */
export interface Heads {
  latest: BlockHead
  safe: BlockHead | null
  finalized: BlockHead | null
}

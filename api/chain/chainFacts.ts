import type { Params } from '@tributary/protocol/attribution/params'
import type { SigningDomain } from '@tributary/protocol/receipts/receipt'

/** What the API reads from the chain itself, always at a current block. */
export interface ChainFacts {
  chainId: bigint
  serviceId: number
  /** Account that is paid for hosting by this service; 0 when nobody is. */
  hostId: bigint
  escrowDomain: SigningDomain
  settlementDomain: SigningDomain
  addresses: Record<string, string>
  /** Wei that the payer has deposited for the service and not withdrawn or begun to withdraw. */
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

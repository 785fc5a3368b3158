import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type { ContractName } from '../build/contractNames.ts'

/** Where the contracts are; the content of the deployment file. */
export interface Deployment {
  /** Form of this file. */
  v: 1
  chainId: number
  /** Name of the preset it was deployed with. */
  preset: string
  /** The block of the first contract: no event of ours is older. */
  startBlock: number
  /** The service that was registered with the deployment. */
  serviceId: number
  /** Addresses with checksum. */
  contracts: Record<ContractName, string>
}

/** The contracts could not be deployed, or the deployment file cannot be read. */
export class DeploymentError extends TributaryError {}

import { BaseContract, type ContractMethod, type ContractRunner, type InterfaceAbi } from 'ethers'
import { AccountRegistry } from './abi/AccountRegistry.ts'
import { AttributionSettlement } from './abi/AttributionSettlement.ts'
import { DatanetRegistry } from './abi/DatanetRegistry.ts'
import { GOpen } from './abi/GOpen.ts'
import { ModelRegistry } from './abi/ModelRegistry.ts'
import { OpenGovernor } from './abi/OpenGovernor.ts'
import { ParamRegistry } from './abi/ParamRegistry.ts'
import { PaymentEscrow } from './abi/PaymentEscrow.ts'
import { TimelockController } from './abi/TimelockController.ts'
import type { ContractName } from './build/contractNames.ts'
import type { Deployment } from './deployment/deployment.ts'

interface Artifact {
  readonly name: ContractName
  readonly abi: readonly { readonly type: string; readonly name?: string }[]
}

type FunctionName<Source extends Artifact> = Extract<
  Source['abi'][number],
  { readonly type: 'function'; readonly name: string }
>['name']

/** An ethers contract on which only the functions of its ABI can be called. */
export type ConnectedContract<Source extends Artifact> = BaseContract & {
  readonly [Name in FunctionName<Source>]: ContractMethod
}

/** All contracts of a deployment. */
export interface Contracts {
  gOpen: ConnectedContract<typeof GOpen>
  timelock: ConnectedContract<typeof TimelockController>
  governor: ConnectedContract<typeof OpenGovernor>
  accounts: ConnectedContract<typeof AccountRegistry>
  datanets: ConnectedContract<typeof DatanetRegistry>
  models: ConnectedContract<typeof ModelRegistry>
  params: ConnectedContract<typeof ParamRegistry>
  escrow: ConnectedContract<typeof PaymentEscrow>
  settlement: ConnectedContract<typeof AttributionSettlement>
}

/**
 * The contracts of a deployment as ethers contracts.
 *
 * @param runner a provider to read, a signer to send transactions
 *
 * @example
 * const { settlement } = connectContracts(deployment, provider)
 * await settlement.totalPaid() // 0n
 */
export function connectContracts(deployment: Deployment, runner: ContractRunner): Contracts {
  const connect = <Source extends Artifact>(source: Source): ConnectedContract<Source> =>
    new BaseContract(
      deployment.contracts[source.name],
      source.abi as InterfaceAbi,
      runner,
    ) as ConnectedContract<Source>
  return {
    gOpen: connect(GOpen),
    timelock: connect(TimelockController),
    governor: connect(OpenGovernor),
    accounts: connect(AccountRegistry),
    datanets: connect(DatanetRegistry),
    models: connect(ModelRegistry),
    params: connect(ParamRegistry),
    escrow: connect(PaymentEscrow),
    settlement: connect(AttributionSettlement),
  }
}

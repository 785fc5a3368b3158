import { PARAM_NAMES, paramKey, paramsToValues } from '@tributary/protocol/attribution/params'
import {
  ContractFactory,
  getCreateAddress,
  Interface,
  type InterfaceAbi,
  id,
  type Provider,
  type Signer,
  type TransactionReceipt,
} from 'ethers'
import { AccountRegistry } from '../abi/AccountRegistry.ts'
import { AttributionSettlement } from '../abi/AttributionSettlement.ts'
import { DatanetRegistry } from '../abi/DatanetRegistry.ts'
import { GOpen } from '../abi/GOpen.ts'
import { ModelRegistry } from '../abi/ModelRegistry.ts'
import { OpenGovernor } from '../abi/OpenGovernor.ts'
import { ParamRegistry } from '../abi/ParamRegistry.ts'
import { PaymentEscrow } from '../abi/PaymentEscrow.ts'
import { TimelockController } from '../abi/TimelockController.ts'
import { type ContractName, contractNames } from '../build/contractNames.ts'
import { connectContracts } from '../connect.ts'
import { type Deployment, DeploymentError } from '../deployment/deployment.ts'
import { type Preset, paramBounds } from './presets.ts'

const artifacts = {
  GOpen,
  TimelockController,
  OpenGovernor,
  AccountRegistry,
  DatanetRegistry,
  ModelRegistry,
  ParamRegistry,
  PaymentEscrow,
  AttributionSettlement,
} as const

/** What a deployment needs. */
export interface DeployOptions {
  provider: Provider
  /** Pays for the deployment; guards epochs and registers services until governance decides else. */
  deployer: Signer
  preset: Preset
  /** Key that signs receipts, commits batches and posts epochs; its account is the host's. */
  serviceSigner: string
  /** A deployment that may be there already; it is returned if all its code is on the chain. */
  existing?: Deployment | null
}

/**
 * Deploys the contracts and wires them. Every address follows from the deployer's nonce, so all of
 * them know each other from their constructors and the transactions go out at once, in two waves:
 * the contracts with the host's account, then the registration of the service. Nobody is owner but
 * the timelock, and nothing is funded.
 *
 * @throws DeploymentError if a transaction fails
 *
 * @example
 * const deployment = await deploy({ provider, deployer, preset: presets.local, serviceSigner })
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const { provider, deployer, preset, serviceSigner, existing } = options
  const chainId = Number((await provider.getNetwork()).chainId)
  if (existing && existing.chainId === chainId && (await isDeployed(provider, existing))) {
    return existing
  }

  const from = await deployer.getAddress()
  const nonce = await provider.getTransactionCount(from, 'pending')
  const contracts = Object.fromEntries(
    contractNames.map((name, at) => [name, getCreateAddress({ from, nonce: nonce + at })]),
  ) as Record<ContractName, string>
  const args = constructorArguments(contracts, preset, { deployer: from, serviceSigner })

  const first: Call[] = []
  for (const name of contractNames) {
    const { abi, bytecode } = artifacts[name]
    const factory = new ContractFactory(abi as InterfaceAbi, bytecode)
    const { data } = await factory.getDeployTransaction(...args[name])
    first.push({ what: `deployment of ${name}`, data, gasLimit: creationGas(data) })
  }
  const accounts = new Interface(AccountRegistry.abi)
  first.push({
    what: 'registration of the host',
    to: contracts.AccountRegistry,
    data: accounts.encodeFunctionData('register', [serviceSigner]),
    gasLimit: 200_000n,
  })
  const [created] = await sendAll(options, nonce, first)

  const deployment: Deployment = {
    v: 1,
    chainId,
    preset: preset.name,
    startBlock: (created as TransactionReceipt).blockNumber,
    serviceId: 1,
    contracts,
  }
  const host = await connectContracts(deployment, provider).accounts.accountOf(serviceSigner)
  const settlement = new Interface(AttributionSettlement.abi)
  await sendAll(options, nonce + first.length, [
    {
      what: 'registration of the service',
      to: contracts.AttributionSettlement,
      data: settlement.encodeFunctionData('registerService', [serviceSigner, host]),
      gasLimit: 300_000n,
    },
  ])
  return deployment
}

/** Whether every contract of a deployment has code, and its service is registered. */
async function isDeployed(provider: Provider, deployment: Deployment): Promise<boolean> {
  const codes = await Promise.all(
    contractNames.map((name) => provider.getCode(deployment.contracts[name])),
  )
  if (codes.includes('0x')) return false
  const { settlement } = connectContracts(deployment, provider)
  return (await settlement.lastServiceId()) >= BigInt(deployment.serviceId)
}

function constructorArguments(
  contracts: Record<ContractName, string>,
  preset: Preset,
  roles: { deployer: string; serviceSigner: string },
): Record<ContractName, unknown[]> {
  const timelock = contracts.TimelockController
  const values = paramsToValues(preset.params)
  const params = PARAM_NAMES.map((name) => {
    const key = paramKey(name)
    return { key, value: values.get(key), ...paramBounds[name] }
  })
  const times = [
    { key: id('batchSeconds'), ...preset.batch },
    { key: id('epochSeconds'), ...preset.epoch },
  ]
  const keysOf = (prefix: string) =>
    PARAM_NAMES.filter((name) => name.startsWith(prefix)).map((name) => paramKey(name))
  return {
    GOpen: [],
    // The governor proposes, anyone executes what has waited long enough, and nobody administers.
    TimelockController: [
      preset.timelockDelay,
      [contracts.OpenGovernor],
      [`0x${'00'.repeat(20)}`],
      `0x${'00'.repeat(20)}`,
    ],
    OpenGovernor: [
      contracts.GOpen,
      timelock,
      {
        votingDelay: preset.votingDelay.value,
        votingPeriod: preset.votingPeriod.value,
        proposalThreshold: preset.proposalThreshold.value,
        quorumPercent: preset.quorumPercent,
        quorumFloor: preset.quorumFloor.value,
        lateExtension: preset.lateQuorumExtension.value,
      },
      {
        minVotingDelay: preset.votingDelay.min,
        maxVotingDelay: preset.votingDelay.max,
        minVotingPeriod: preset.votingPeriod.min,
        maxVotingPeriod: preset.votingPeriod.max,
        maxLateExtension: preset.lateQuorumExtension.max,
        maxQuorumFloor: preset.quorumFloor.max,
        maxProposalThreshold: preset.proposalThreshold.max,
      },
    ],
    AccountRegistry: [timelock],
    DatanetRegistry: [contracts.AccountRegistry],
    ModelRegistry: [contracts.AccountRegistry, contracts.DatanetRegistry],
    ParamRegistry: [
      timelock,
      contracts.AttributionSettlement,
      [...params, ...times],
      [
        { keys: keysOf('split.'), total: 10_000 },
        { keys: keysOf('path.'), total: 1_000_000 },
      ],
    ],
    PaymentEscrow: [
      timelock,
      contracts.AccountRegistry,
      contracts.AttributionSettlement,
      preset.thaw.value,
      preset.thaw.min,
      preset.thaw.max,
    ],
    AttributionSettlement: [
      {
        governance: timelock,
        registrar: roles.deployer,
        poster: roles.serviceSigner,
        guardian: roles.deployer,
        accounts: contracts.AccountRegistry,
        escrow: contracts.PaymentEscrow,
        params: contracts.ParamRegistry,
        challengeWindow: preset.challengeWindow.value,
        minChallengeWindow: preset.challengeWindow.min,
        maxChallengeWindow: preset.challengeWindow.max,
      },
    ],
  }
}

interface Call {
  /** For errors: "deployment of GOpen". */
  what: string
  to?: string
  data: string
  gasLimit: bigint
}

/**
 * Gas that creating a contract can cost. It cannot be estimated while the contracts before it are
 * not there: 216 a byte of code for its transport and storage, and room for the constructor.
 */
function creationGas(data: string): bigint {
  return 216n * BigInt(data.length / 2) + 2_500_000n
}

async function sendAll(
  { provider, deployer }: DeployOptions,
  firstNonce: number,
  calls: Call[],
): Promise<TransactionReceipt[]> {
  const hashes: string[] = []
  for (const [at, { what, to, data, gasLimit }] of calls.entries()) {
    try {
      const sent = await deployer.sendTransaction({ to, data, gasLimit, nonce: firstNonce + at })
      hashes.push(sent.hash)
    } catch (cause) {
      throw new DeploymentError(`the ${what} could not be sent`, {
        code: 'deployment_not_sent',
        hint: 'Check RPC_URL, and that the deployer has OPEN for gas.',
        cause,
      })
    }
  }
  return Promise.all(
    hashes.map(async (hash, at) => {
      const receipt = await provider.waitForTransaction(hash)
      if (receipt?.status !== 1) {
        throw new DeploymentError(`the ${calls[at]?.what} failed in transaction ${hash}`, {
          code: 'deployment_reverted',
          hint: 'Look at the transaction on this chain; the deployment can be started again.',
        })
      }
      return receipt
    }),
  )
}

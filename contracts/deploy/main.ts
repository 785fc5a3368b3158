import { readConfiguration } from '@tributary/protocol/config/configuration'
import { DEVELOPMENT_CHAIN_ID } from '@tributary/protocol/config/developmentKeys'
import { keysForChain } from '@tributary/protocol/config/keysForChain'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import { computeAddress, JsonRpcProvider, Wallet } from 'ethers'
import { readDeployment } from '../deployment/readDeployment.ts'
import { writeDeployment } from '../deployment/writeDeployment.ts'
import { deploy } from './deploy.ts'
import { presets } from './presets.ts'
import { waitForChain } from './waitForChain.ts'

const CHAIN_TIMEOUT_MS = 60_000

try {
  const configuration = readConfiguration(process.env)
  const { rpcUrl, deploymentFile } = configuration
  const chainId = await waitForChain(rpcUrl, CHAIN_TIMEOUT_MS)
  const keys = keysForChain(configuration, chainId)
  const existing = await readDeployment(deploymentFile)
  const provider = new JsonRpcProvider(rpcUrl, chainId, {
    staticNetwork: true,
    cacheTimeout: -1,
  })
  provider.pollingInterval = 250
  try {
    const deployment = await deploy({
      provider,
      deployer: new Wallet(keys.deployer, provider),
      preset: chainId === DEVELOPMENT_CHAIN_ID ? presets.local : presets.openledger,
      serviceSigner: computeAddress(keys.service),
      existing,
    })
    if (deployment === existing) {
      console.log(`contracts are on chain ${chainId} since block ${deployment.startBlock}`)
    } else {
      await writeDeployment(deploymentFile, deployment)
      console.log(`deployed to chain ${chainId} from block ${deployment.startBlock} on`)
    }
  } finally {
    provider.destroy()
  }
} catch (error) {
  if (!(error instanceof TributaryError)) throw error
  console.error([error.message, error.hint].filter((part) => part !== null).join('. '))
  process.exitCode = 1
}

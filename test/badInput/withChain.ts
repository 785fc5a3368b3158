import { join } from 'node:path'
import type { Deployment } from '@tributary/contracts/deployment/deployment'
import { readDeployment } from '@tributary/contracts/deployment/readDeployment'
import { JsonRpcProvider } from 'ethers'
import type { RunningSystem } from '../faults/RunningSystem.ts'

/** Runs something on a system's chain. */
export async function withChain<T>(
  system: RunningSystem,
  run: (chain: { provider: JsonRpcProvider; deployment: Deployment }) => Promise<T>,
): Promise<T> {
  const deployment = await readDeployment(join(system.dataFolder, 'deployment.json'))
  if (!deployment) throw new Error('deployment.json is gone')
  const provider = new JsonRpcProvider(system.urls.RPC_URL, deployment.chainId, {
    staticNetwork: true,
    cacheTimeout: -1,
  })
  provider.pollingInterval = 250
  try {
    return await run({ provider, deployment })
  } finally {
    provider.destroy()
  }
}

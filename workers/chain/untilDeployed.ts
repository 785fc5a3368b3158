import type { Deployment } from '@tributary/contracts/deployment/deployment'
import { readDeployment } from '@tributary/contracts/deployment/readDeployment'
import type { Configuration } from '@tributary/protocol/config/configuration'
import { retryUntilStopped } from '../process/retryUntilStopped.ts'

/** The deployment, as soon as somebody has made one; `undefined` when the signal aborts first. */
export function untilDeployed(
  stage: string,
  configuration: Pick<Configuration, 'deploymentFile'>,
  signal: AbortSignal,
): Promise<Deployment | undefined> {
  const { deploymentFile } = configuration
  return retryUntilStopped(stage, 'the deployment of the contracts', signal, async () => {
    const deployment = await readDeployment(deploymentFile)
    if (deployment === null) throw new Error(`there is no ${deploymentFile} yet`)
    return deployment
  })
}

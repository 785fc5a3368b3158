import { readConfiguration } from '@tributary/protocol/config/configuration'
import { waitForDeployment } from '../chain/waitForDeployment.ts'
import { runStage } from '../process/runStage.ts'
import { runSettlement } from './runSettlement.ts'

await runStage('settlement', async (signal) => {
  const configuration = readConfiguration(process.env)
  const deployment = await waitForDeployment('settlement', configuration.deploymentFile, signal)
  if (deployment !== undefined) await runSettlement(configuration, deployment, signal)
})

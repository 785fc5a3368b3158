import { readConfiguration } from '@tributary/protocol/config/configuration'
import { waitForDeployment } from '../chain/waitForDeployment.ts'
import { stopSignal } from '../process/stopSignal.ts'
import { runSettlement } from './runSettlement.ts'

const signal = stopSignal()
const configuration = readConfiguration(process.env)
const deployment = await waitForDeployment('settlement', configuration.deploymentFile, signal)
if (deployment !== undefined) await runSettlement(configuration, deployment, signal)

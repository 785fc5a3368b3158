import { readConfiguration } from '@tributary/protocol/config/configuration'
import { untilDeployed } from '../chain/untilDeployed.ts'
import { stopSignal } from '../process/stopSignal.ts'
import { runSettlement } from './runSettlement.ts'

const signal = stopSignal()
const configuration = readConfiguration(process.env)
const deployment = await untilDeployed('settlement', configuration, signal)
if (deployment !== undefined) await runSettlement(configuration, deployment, signal)

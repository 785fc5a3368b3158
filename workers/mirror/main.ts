import { createAnalyticsClient } from '@tributary/analytics/client/clickhouse'
import { connectContracts } from '@tributary/contracts/connect'
import { readConfiguration } from '@tributary/protocol/config/configuration'
import { createDataAvailability } from '@tributary/storage/client/dataAvailability'
import { createBatchCommitments } from '../chain/batchCommitments.ts'
import { openProvider } from '../chain/openProvider.ts'
import { createParamVersions } from '../chain/paramVersions.ts'
import { waitForDeployment } from '../chain/waitForDeployment.ts'
import { log } from '../process/log.ts'
import { repeat } from '../process/repeat.ts'
import { runStage } from '../process/runStage.ts'
import { readBatch } from '../settlement/bodies/batchBodies.ts'
import { createSubgraphFacts } from './facts/subgraphFacts.ts'
import { Mirror, MirrorMismatchError } from './mirror.ts'
import { MirrorStore } from './store/mirrorStore.ts'

const STAGE = 'mirror'

await runStage(STAGE, async (signal) => {
  const configuration = readConfiguration(process.env)
  const deployment = await waitForDeployment(STAGE, configuration.deploymentFile, signal)

  if (deployment === undefined) return
  const provider = openProvider(configuration.rpcUrl, deployment.chainId)
  const analytics = createAnalyticsClient(configuration.clickhouseUrl)
  const bodies = createDataAvailability(configuration.daUrl)
  const commitmentOf = createBatchCommitments(provider)
  const mirror = new Mirror({
    facts: createSubgraphFacts(configuration.subgraphUrl, provider, deployment.serviceId),
    store: new MirrorStore(analytics),
    bodyOf: (batch) => readBatch({ commitmentOf }, bodies, batch),
    paramsOf: createParamVersions(connectContracts(deployment, provider)),
  })
  log(STAGE, 'ready')
  // A wrong sum ends the repetition, and with it the process.
  let wrong: MirrorMismatchError | undefined
  const stop = new AbortController()
  await repeat(
    {
      stage: STAGE,
      step: 'mirroring',
      intervalMs: 1_000,
      signal: AbortSignal.any([signal, stop.signal]),
    },
    async () => {
      try {
        const { batches, payments } = await mirror.round()
        if (batches + payments > 0) log(STAGE, 'mirrored', { batches, payments })
      } catch (error) {
        if (!(error instanceof MirrorMismatchError)) throw error
        wrong = error
        stop.abort()
      }
    },
  )
  provider.destroy()
  await analytics.close()
  if (wrong !== undefined) throw wrong
})

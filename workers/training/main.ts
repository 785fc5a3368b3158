import { createAnalyticsClient } from '@tributary/analytics/client/clickhouse'
import { migrate } from '@tributary/analytics/migrate/migrate'
import { connectContracts } from '@tributary/contracts/connect'
import { readConfiguration } from '@tributary/protocol/config/configuration'
import { keysForChain } from '@tributary/protocol/config/keysForChain'
import { createContentStore } from '@tributary/storage/client/contentStore'
import { Wallet } from 'ethers'
import { finalizedBlock } from '../chain/finalizedBlock.ts'
import { openProvider } from '../chain/openProvider.ts'
import { waitForDeployment } from '../chain/waitForDeployment.ts'
import { createEngineClient } from '../engine-client/engineClient.ts'
import { contributionsAfter } from '../ingest/contributions/contributionsAfter.ts'
import { createJobsClient } from '../jobs/jobsClient.ts'
import { workLeases } from '../jobs/workLeases.ts'
import { log } from '../process/log.ts'
import { retryUntilStopped } from '../process/retryUntilStopped.ts'
import { runStage } from '../process/runStage.ts'
import { chainModelRegistry } from './registration/chainModelRegistry.ts'
import { registerBase } from './registration/registerBase.ts'
import { subgraphModels } from './registration/subgraphModels.ts'
import { ingestedContributions } from './snapshots/ingestedContributions.ts'
import type { TrainingParts } from './trainJob.ts'
import { trainJob } from './trainJob.ts'

await runStage('training', async (signal) => {
  const configuration = readConfiguration(process.env)
  const deployment = await waitForDeployment('training', configuration.deploymentFile, signal)

  if (deployment === undefined) return
  const keys = keysForChain(configuration, deployment.chainId)
  const provider = openProvider(configuration.rpcUrl, deployment.chainId)
  // Models belong to the deployer until people can sign for their own.
  const owner = new Wallet(keys.deployer, provider)
  const finalized = () => finalizedBlock(provider)
  const analytics = createAnalyticsClient(configuration.clickhouseUrl)
  const jobs = createJobsClient({
    url: configuration.jobsUrl,
    worker: `training-${process.pid}`,
    key: keys.service,
  })
  const parts: TrainingParts = {
    jobs,
    source: {
      contributions: async (datanetId) =>
        contributionsAfter(configuration.subgraphUrl, 0n, await finalized(), datanetId),
      ingested: (datanetId) => ingestedContributions(analytics, datanetId),
    },
    content: createContentStore(configuration.casUrl),
    engine: createEngineClient(configuration.engineUrl),
    registry: chainModelRegistry(
      connectContracts(deployment, owner),
      owner,
      subgraphModels(configuration.subgraphUrl, finalized),
    ),
  }
  const base = await retryUntilStopped('training', 'the base model', signal, async () => {
    await migrate(analytics)
    return registerBase(parts, signal)
  })
  if (base !== undefined) {
    log('training', 'ready', { baseModelId: base.modelId, baseHash: base.weightsHash })
    await workLeases({
      stage: 'training',
      jobs,
      queues: ['train'],
      signal,
      handle: (lease, context) => trainJob(parts, lease, context),
    })
  }
  provider.destroy()
  await analytics.close()
})

import { createAnalyticsClient } from '@tributary/analytics/client/clickhouse'
import { migrate } from '@tributary/analytics/migrate/migrate'
import { readConfiguration } from '@tributary/protocol/config/configuration'
import { prefixedHash } from '@tributary/protocol/hashes/bareHash'
import { createContentStore } from '@tributary/storage/client/contentStore'
import { finalizedBlock } from '../chain/finalizedBlock.ts'
import { openProvider } from '../chain/openProvider.ts'
import { waitForDeployment } from '../chain/waitForDeployment.ts'
import { createEngineClient } from '../engine-client/engineClient.ts'
import { log } from '../process/log.ts'
import { repeat } from '../process/repeat.ts'
import { runStage } from '../process/runStage.ts'
import { contributionsAfter } from './contributions/contributionsAfter.ts'
import { Ingest } from './ingest.ts'
import { createClickhouseStore } from './rows/clickhouseStore.ts'

await runStage('ingest', async (signal) => {
  const configuration = readConfiguration(process.env)
  const deployment = await waitForDeployment('ingest', configuration.deploymentFile, signal)

  if (deployment === undefined) return
  const provider = openProvider(configuration.rpcUrl, deployment.chainId)
  const analytics = createAnalyticsClient(configuration.clickhouseUrl)
  const engine = createEngineClient(configuration.engineUrl)
  const content = createContentStore(configuration.casUrl)
  const store = createClickhouseStore(analytics, signal)

  const open = async () => {
    await migrate(analytics)
    const { base } = await engine.health()
    return Ingest.open({
      async contributionsAfter(contributionId) {
        const finalized = await finalizedBlock(provider)
        return contributionsAfter(configuration.subgraphUrl, contributionId, finalized)
      },
      content,
      engine,
      store,
      tokenizerHash: prefixedHash(base.tokenizerHash),
      now: Date.now,
    })
  }

  let ingest: Ingest | undefined
  await repeat({ stage: 'ingest', step: 'taking in', intervalMs: 1000, signal }, async () => {
    if (ingest === undefined) {
      ingest = await open()
      log('ingest', 'ready')
    }
    while (!signal.aborted && (await ingest.round()) > 0);
  })
  provider.destroy()
  await analytics.close()
})

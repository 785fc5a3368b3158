import { createAnalyticsClient } from '@tributary/analytics/client/clickhouse'
import { insertOnce } from '@tributary/analytics/client/insertOnce'
import { connectContracts } from '@tributary/contracts/connect'
import { readConfiguration } from '@tributary/protocol/config/configuration'
import { keysForChain } from '@tributary/protocol/config/keysForChain'
import { prefixedHash } from '@tributary/protocol/hashes/bareHash'
import { readAttributeSpec } from '@tributary/protocol/messages/attributeJob'
import { createContentStore } from '@tributary/storage/client/contentStore'
import { openProvider } from '../chain/openProvider.ts'
import { createParamVersions } from '../chain/paramVersions.ts'
import { waitForDeployment } from '../chain/waitForDeployment.ts'
import { createEngineClient } from '../engine-client/engineClient.ts'
import { createJobsClient } from '../jobs/jobsClient.ts'
import { workLeases } from '../jobs/workLeases.ts'
import { log } from '../process/log.ts'
import { runStage } from '../process/runStage.ts'
import { attributeAnswer } from './attributeAnswer.ts'
import { CandidateCache } from './candidates/candidateCache.ts'
import { createCandidateStore } from './candidates/candidateStore.ts'
import { evidenceRows } from './evidence/evidenceRows.ts'

const STAGE = 'attribution'

await runStage(STAGE, async (signal) => {
  const configuration = readConfiguration(process.env)
  const deployment = await waitForDeployment(STAGE, configuration.deploymentFile, signal)

  if (deployment === undefined) return
  const provider = openProvider(configuration.rpcUrl, deployment.chainId)
  const analytics = createAnalyticsClient(configuration.clickhouseUrl)
  const content = createContentStore(configuration.casUrl)
  const engine = createEngineClient(configuration.engineUrl)
  const { service } = keysForChain(configuration, deployment.chainId)
  const jobs = createJobsClient({ url: configuration.jobsUrl, worker: STAGE, key: service })
  const parts = {
    engine,
    tokenizerHash: async () => prefixedHash((await engine.health()).base.tokenizerHash),
    candidates: new CandidateCache(createCandidateStore(analytics), content),
    paramsOf: createParamVersions(connectContracts(deployment, provider)),
    async keepEvidence(
      inferenceNo: bigint,
      evidence: Parameters<typeof evidenceRows>[1],
      bytes: Uint8Array,
    ) {
      await content.put(bytes)
      const token = `evidence-${inferenceNo}`
      await insertOnce(analytics, 'evidence', evidenceRows(inferenceNo, evidence), token)
    },
  }
  log(STAGE, 'ready')
  await workLeases({
    stage: STAGE,
    jobs,
    queues: ['attribute'],
    signal,
    async handle({ spec }, context) {
      const started = Date.now()
      const read = readAttributeSpec(spec)
      const result = await attributeAnswer(parts, read, context.signal)
      log(STAGE, 'attributed', {
        inferenceNo: read.inferenceNo,
        rhoPpm: result.rhoPpm,
        spans: result.spans.length,
        seconds: (Date.now() - started) / 1000,
      })
      return result
    },
  })
  provider.destroy()
  await analytics.close()
})

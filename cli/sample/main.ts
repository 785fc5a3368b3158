/**
 * The sample loop: contribute → index → train → ask → attribute → receipt → settle → verify, on the
 * packages that this project depends on. It speaks to the API and the chain like anybody's client.
 * Each step looks at what is there and does what is missing, so it goes on after a crash.
 */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readDeployment } from '@tributary/contracts/deployment/readDeployment'
import { readConfiguration } from '@tributary/protocol/config/configuration'
import {
  DEVELOPMENT_API_KEY,
  DEVELOPMENT_CHAIN_ID,
} from '@tributary/protocol/config/developmentKeys'
import { formatOpen } from '@tributary/protocol/money/formatOpen'
import { JsonRpcProvider } from 'ethers'
import { createApiClient } from './apiClient.ts'
import { SMALL, sampleDatanets } from './datanets/sampleDatanets.ts'
import { readSampleOptions } from './options.ts'
import { installedPackages } from './packages/installedPackages.ts'
import { Report } from './Report.ts'
import { printResult } from './result/printResult.ts'
import { runSample } from './runSample.ts'
import { authorWallets } from './wallets.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const options = readSampleOptions(process.argv.slice(2))
const configuration = readConfiguration(process.env)
const deployment = await readDeployment(configuration.deploymentFile)
if (!deployment) {
  console.error(`tributary: ${configuration.deploymentFile} is not there; start the stack first`)
  process.exit(1)
}
if (BigInt(deployment.chainId) !== DEVELOPMENT_CHAIN_ID) {
  console.error('tributary: the sample loop pays with development keys, on chain 31337 only')
  process.exit(1)
}
const api = createApiClient(configuration.apiUrl, DEVELOPMENT_API_KEY)
const report = new Report(api, options.json)
const provider = new JsonRpcProvider(configuration.rpcUrl, deployment.chainId, {
  staticNetwork: true,
  cacheTimeout: -1,
})

try {
  const { loop } = await api.get<{ loop: string }>('/v1/status')
  if (loop === 'done' && options.plan === 'loop') {
    const { stats } = await api.graphql<{ stats: { inferences: string; paid: string } }>(
      '{ stats { inferences paid } }',
    )
    report.line(
      `The sample loop has run: ${stats.inferences} answers, ${formatOpen(BigInt(stats.paid))} OPEN paid.`,
    )
  } else {
    const packages = installedPackages(join(root, 'node_modules'))
    const datanets = sampleDatanets(packages, options.plan === 'small' ? SMALL : undefined)
    const result = await runSample({
      options,
      api,
      report,
      provider,
      deployment,
      configuration,
      packages,
      datanets,
      wallets: authorWallets(
        datanets.flatMap(({ records }) => records.map(({ author }) => author)),
      ),
    })
    printResult(result, options, report)
    if (!result.ok) process.exitCode = 1
  }
} catch (error) {
  console.error(`tributary: the sample loop stopped: ${(error as Error).message}`)
  process.exitCode = 1
} finally {
  provider.destroy()
}

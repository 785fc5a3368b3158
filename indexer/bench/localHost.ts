/**
 * Indexes a chain that is in memory before the clock starts, in a process of its own, and prints
 * how long that took as JSON. Its one argument is {@link LocalRun} as JSON.
 */
import { RpcClient } from '../chain/rpcClient.ts'
import { readBuild } from '../manifest/readBuild.ts'
import { logFilters, staticSource } from '../runner/dataSource.ts'
import { DeploymentRunner } from '../runner/deploymentRunner.ts'
import { DeploymentStore } from '../store/deploymentStore.ts'
import { openDatabase } from '../store/openDatabase.ts'
import { fetchChain } from './fetchedChain.ts'
import type { LocalFigures, LocalRun } from './measureLocal.ts'

const run: LocalRun = JSON.parse(process.argv[2])
const build = await readBuild(run.build)
const filters = logFilters(build.dataSources.map(staticSource))
const chain = await fetchChain(new RpcClient(run.rpcUrl), filters, run.last)
const pool = await openDatabase(run.databaseUrl, run.database)
const store = await DeploymentStore.deploy(pool, build, 'bench', {
  warn: () => {},
  readBlock: () => Promise.reject(new Error('no workload is a graft')),
})
const problems: string[] = []
const runner = new DeploymentRunner(build, store, chain, (level, message) => {
  if (level === 'error' || level === 'warning') problems.push(message)
})

const stopping = new AbortController()
const started = performance.now()
const cpu = process.cpuUsage()
const ended = runner.run(stopping.signal)
while (!runner.synced && problems.length === 0) {
  await new Promise((resolve) => setTimeout(resolve, 5))
}
const figures: LocalFigures = {
  seconds: (performance.now() - started) / 1_000,
  events: chain.events,
  cpuSeconds: process.cpuUsage(cpu).user / 1e6 + process.cpuUsage(cpu).system / 1e6,
}
stopping.abort()
await ended
await pool.end()
if (problems.length > 0) throw new Error(`the host did not index the chain: ${problems[0]}`)
console.log(JSON.stringify(figures))

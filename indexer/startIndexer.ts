import { ChainReader } from './chain/chainReader.ts'
import { RpcClient } from './chain/rpcClient.ts'
import { type RunningServer, startServer } from './http/server.ts'
import type { SubgraphBuild } from './manifest/readBuild.ts'
import { DeploymentRunner, type RunnerOptions } from './runner/deploymentRunner.ts'
import type { RunnerLog } from './runner/runnerLog.ts'
import { servedDeployment } from './runner/servedDeployment.ts'
import { DeploymentStore } from './store/deploymentStore.ts'
import { openDatabase } from './store/openDatabase.ts'

/** What {@link startIndexer} needs. */
export interface IndexerOptions {
  readonly build: SubgraphBuild
  /** Name that the subgraph is served under. */
  readonly name: string
  readonly rpcUrl: string
  /** Any database of a Postgres cluster. */
  readonly databaseUrl: string
  /** Database of that cluster for the subgraphs; made when it is missing. */
  readonly database: string
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly log: RunnerLog
  readonly runner?: RunnerOptions
}

/** A subgraph that is indexed and served. */
export interface RunningIndexer {
  readonly runner: DeploymentRunner
  readonly store: DeploymentStore
  readonly server: RunningServer
  /** Ends after the block that is being processed. */
  stop(): Promise<void>
}

/** Deploys a build, follows the chain with it and serves what it has indexed. */
export async function startIndexer(options: IndexerOptions): Promise<RunningIndexer> {
  const { build, name, log } = options
  const pool = await openDatabase(options.databaseUrl, options.database)
  const stopping = new AbortController()
  try {
    const store = await DeploymentStore.deploy(pool, build, name)
    const chain = new ChainReader(new RpcClient(options.rpcUrl))
    const runner = new DeploymentRunner(build, store, chain, log, options.runner)
    const deployment = servedDeployment(name, build, store, runner, pool)
    const server = await startServer({
      host: options.host,
      port: options.port,
      deployments: () => [deployment],
    })
    log('info', `${name} is deployment ${build.id} in ${store.namespace}, served at ${server.url}`)
    const ended = runner.run(stopping.signal)
    return {
      runner,
      store,
      server,
      stop: async () => {
        stopping.abort()
        await ended
        await server.close()
        await pool.end()
      },
    }
  } catch (error) {
    await pool.end()
    throw error
  }
}

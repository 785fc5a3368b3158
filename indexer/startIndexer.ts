import { ChainReader } from './chain/chainReader.ts'
import { RpcClient, type RpcClientOptions } from './chain/rpcClient.ts'
import { IpfsContent } from './content/ipfsContent.ts'
import type { QueryLimits } from './graphql/query/queryLimits.ts'
import { SubgraphHost } from './host/subgraphHost.ts'
import { startAdminServer } from './http/adminServer.ts'
import { RpcMetrics } from './http/metrics/rpcMetrics.ts'
import { type RunningServer, startServer } from './http/server.ts'
import type { SubgraphBuild } from './manifest/subgraphBuild.ts'
import type { DeploymentRunner, RunnerOptions } from './runner/deploymentRunner.ts'
import type { RunnerLog } from './runner/runnerLog.ts'
import type { DeploymentStore } from './store/deploymentStore.ts'
import { openDatabase } from './store/openDatabase.ts'

/** How long a deployment stays after its last use, as on graph-node; and how often that is looked at. */
const UNUSED_MS = 6 * 3_600_000
const LOOK_MS = 3_600_000

/** What {@link startIndexer} needs. */
export interface IndexerOptions {
  readonly build: SubgraphBuild
  /** Name that the subgraph is served under. */
  readonly name: string
  /** One JSON-RPC URL, or several of one chain separated by commas. */
  readonly rpcUrl: string
  /** Any database of a Postgres cluster. */
  readonly databaseUrl: string
  /** Database of that cluster for the subgraphs; made when it is missing. */
  readonly database: string
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly log: RunnerLog
  /** An IPFS node's API or a gateway, for files that were not uploaded here. */
  readonly ipfsUrl?: string | undefined
  readonly runner?: RunnerOptions
  readonly rpc?: RpcClientOptions
  /** Bounds of queries, where they are to be others than graph-node's defaults. */
  readonly limits?: Partial<QueryLimits>
  /** Where subgraphs may be deployed to while it runs; nowhere when it is left out. */
  readonly admin?: { readonly host: string; readonly port: number } | null
}

/** A subgraph that is indexed and served. */
export interface RunningIndexer {
  /** The runner of the build at this moment. */
  readonly runner: DeploymentRunner
  readonly store: DeploymentStore
  readonly host: SubgraphHost
  readonly server: RunningServer
  /** Where subgraphs are deployed to, if anywhere. */
  readonly admin: RunningServer | null
  /** Ends after the block that is being processed. */
  stop(): Promise<void>
}

/** Deploys a build, follows the chain with it and serves what it has indexed. */
export async function startIndexer(options: IndexerOptions): Promise<RunningIndexer> {
  const { build, name, log, rpcUrl, runner } = options
  const pool = await openDatabase(options.databaseUrl, options.database)
  const warn = (message: string) => log('warning', message)
  const rpc = new RpcMetrics()
  const chain = () => {
    return new ChainReader(new RpcClient(rpcUrl, { ...options.rpc, warn, observer: rpc }), warn)
  }
  const ipfs = options.ipfsUrl ? new IpfsContent(options.ipfsUrl) : undefined
  const host = new SubgraphHost({ pool, chain, log, runner, ipfs })
  const servers: RunningServer[] = []
  const removeUnused = () => {
    host.removeUnused(UNUSED_MS).catch((error) => warn(`nothing is tidied up: ${error.message}`))
  }
  const tidying = setInterval(removeUnused, LOOK_MS)
  const stop = async () => {
    clearInterval(tidying)
    await host.stop()
    await Promise.all(servers.map((server) => server.close()))
    await pool.end()
  }
  try {
    const hosted = await host.deploy(name, build)
    const server = await startServer({
      host: options.host,
      port: options.port,
      deployments: () => host.deployments,
      limits: options.limits ?? {},
      rpc,
    })
    servers.push(server)
    log('info', `${name} is served at ${server.url}`)
    let admin: RunningServer | null = null
    if (options.admin) {
      await host.restore()
      admin = await startAdminServer({ ...options.admin, subgraphs: host, queryPort: server.port })
      servers.push(admin)
      log('info', `subgraphs are deployed to ${admin.url}`)
    }
    removeUnused()
    return {
      get runner() {
        return hosted.runner
      },
      store: hosted.store,
      host,
      server,
      admin,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

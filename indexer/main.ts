/**
 * The embedded subgraph host as a process: runs one `graph build` folder against an RPC node and
 * serves it at graph-node's routes. See README.md for its variables.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ManifestError } from './manifest/manifestError.ts'
import type { Networks } from './manifest/networks.ts'
import { readBuild } from './manifest/readBuild.ts'
import { type RunningIndexer, startIndexer } from './startIndexer.ts'
import { DatabaseError } from './store/openDatabase.ts'
import type { LogLevel } from './wasm/handlerContext.ts'

const { env } = process
const name = env.SUBGRAPH_NAME || 'tributary'
const folder = env.SUBGRAPH_BUILD || join(import.meta.dirname, '..', 'subgraph', 'build')
const subgraphUrl = new URL(env.SUBGRAPH_URL || 'http://127.0.0.1:4102')
const rpcUrl = env.RPC_URL || 'http://127.0.0.1:4101'
const databaseUrl = env.DATABASE_URL || 'postgres://tributary:tributary@127.0.0.1:4103/postgres'

/** The longest wait for a database that is not up yet, between two tries. */
const MAX_WAIT_MS = 5_000

function log(level: LogLevel, message: string): void {
  if (level === 'debug') return
  console.log(`indexer: ${level === 'info' ? '' : `${level}: `}${message}`)
}

async function start(): Promise<RunningIndexer> {
  const networks = env.NETWORKS_FILE
    ? (JSON.parse(await readFile(env.NETWORKS_FILE, 'utf8')) as Networks)
    : {}
  const build = await readBuild(folder, networks)
  for (let wait = 250; ; wait = Math.min(MAX_WAIT_MS, wait * 2)) {
    try {
      return await startIndexer({
        build,
        name,
        rpcUrl,
        databaseUrl,
        database: 'indexer',
        host: subgraphUrl.hostname,
        port: Number(subgraphUrl.port) || 80,
        log,
      })
    } catch (error) {
      if (!isConnectionError(error)) throw error
      log('warning', `waiting for the database: ${(error as Error).message}`)
      await sleep(wait)
    }
  }
}

/** Whether a database may just not be up yet. */
function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? ''
  // 57P03: starting up; 57P01: shutting down; class 08: the connection broke.
  return /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|57P0[13]|08)/.test(code)
}

try {
  const indexer = await start()
  const stop = async () => {
    await indexer.stop()
    process.exit(0)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  const parent = process.ppid
  setInterval(() => {
    // Nobody would ever stop it after its parent was killed.
    if (process.ppid !== parent) void stop()
  }, 1_000).unref()
} catch (error) {
  const known = error instanceof ManifestError || error instanceof DatabaseError
  console.error(`indexer: ${known ? error.message : (error as Error).stack}`)
  process.exit(1)
}

/**
 * The embedded subgraph host as a process: runs one `graph build` folder against an RPC node and
 * serves it at graph-node's routes. See README.md for its variables.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseError as PostgresError } from 'pg'
import type { QueryLimits } from './graphql/query/queryLimits.ts'
import { isSubgraphName } from './http/subgraphName.ts'
import { ManifestError } from './manifest/manifestError.ts'
import type { Networks } from './manifest/networks.ts'
import { readBuild } from './manifest/readBuild.ts'
import { type RunningIndexer, startIndexer } from './startIndexer.ts'
import { GraftError } from './store/graft/graftError.ts'
import { isConnectionError } from './store/isConnectionError.ts'
import { DatabaseError } from './store/openDatabase.ts'
import type { LogLevel } from './wasm/handlerContext.ts'

const { env } = process
const name = env.SUBGRAPH_NAME || 'tributary'
const folder = env.SUBGRAPH_BUILD || join(import.meta.dirname, '..', 'subgraph', 'build')
const subgraphUrl = urlIn('SUBGRAPH_URL', 'http://127.0.0.1:4102')
const rpcUrl = env.RPC_URL || 'http://127.0.0.1:4101'
const adminUrl = env.ADMIN_URL ? urlIn('ADMIN_URL', '') : null
const databaseUrl = urlIn(
  'DATABASE_URL',
  'postgres://tributary:tributary@127.0.0.1:4103/postgres',
).href
for (const url of rpcUrl.split(',')) if (url.trim() !== '') checkUrl('RPC_URL', url.trim())
if (env.IPFS_URL) checkUrl('IPFS_URL', env.IPFS_URL)
if (!isSubgraphName(name)) refuse(`SUBGRAPH_NAME \`${name}\` is no name of a subgraph`)

/** The longest wait between two looks for what is not there yet. */
const MAX_WAIT_MS = 5_000
/** The longest wait for a clean end. */
const STOP_MS = 5_000

function urlIn(variable: string, otherwise: string): URL {
  const url = env[variable] || otherwise
  checkUrl(variable, url)
  return new URL(url)
}

/** A URL may hold a password, so that it is not repeated. */
function checkUrl(variable: string, url: string): void {
  if (!URL.canParse(url))
    refuse(`${variable} names no URL: one begins with \`http://\` or the like`)
}

function refuse(reason: string): never {
  console.error(`indexer: ${reason}`)
  process.exit(1)
}

function log(level: LogLevel, message: string): void {
  if (level === 'debug') return
  console.log(`indexer: ${level === 'info' ? '' : `${level}: `}${message}`)
}

async function start(): Promise<RunningIndexer> {
  for (let wait = 250; ; wait = Math.min(MAX_WAIT_MS, wait * 2)) {
    try {
      return await startIndexer({
        build: await readBuild(folder, await readNetworks()),
        name,
        rpcUrl,
        databaseUrl,
        database: 'indexer',
        host: subgraphUrl.hostname,
        port: Number(subgraphUrl.port) || 80,
        admin: adminUrl && { host: adminUrl.hostname, port: Number(adminUrl.port) || 80 },
        ipfsUrl: env.IPFS_URL || undefined,
        limits: queryLimits(),
        log,
      })
    } catch (error) {
      if (!isConnectionError(error) && !(error instanceof NetworksMissing)) throw error
      log('warning', `waiting: ${(error as Error).message || (error as { code: string }).code}`)
      await sleep(wait)
    }
  }
}

/** Bounds of queries that are named in the environment. */
function queryLimits(): Partial<QueryLimits> {
  const number = (name: string) => {
    const text = env[name]
    if (!text) return null
    if (/^\d+$/.test(text)) return Number(text)
    throw new Error(`${name} must be a number, not \`${text}\``)
  }
  const depth = number('GRAPHQL_MAX_DEPTH')
  const complexity = number('GRAPHQL_MAX_COMPLEXITY')
  const first = number('GRAPHQL_MAX_FIRST')
  const skip = number('GRAPHQL_MAX_SKIP')
  return {
    ...(depth === null ? {} : { maxDepth: depth }),
    ...(complexity === null ? {} : { maxComplexity: BigInt(complexity) }),
    ...(first === null ? {} : { maxFirst: first }),
    ...(skip === null ? {} : { maxSkip: skip }),
  }
}

/** The networks file is written once the contracts are deployed. */
class NetworksMissing extends Error {}

async function readNetworks(): Promise<Networks> {
  const file = env.NETWORKS_FILE
  if (!file) return {}
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ENOENT') {
      throw new NetworksMissing(`NETWORKS_FILE ${file} is not there yet`)
    }
    throw new ManifestError(file, [`no networks file: ${(cause as Error).message}`])
  }
}

let indexer: RunningIndexer | null = null

async function stop(): Promise<void> {
  // Whatever is under way is in one transaction, so that leaving it behind does no harm.
  setTimeout(() => process.exit(0), STOP_MS).unref()
  await indexer?.stop()
  process.exit(0)
}

process.once('SIGTERM', stop)
process.once('SIGINT', stop)
const parent = process.ppid
setInterval(() => {
  // Nobody would ever stop it after its parent was killed.
  if (process.ppid !== parent) void stop()
}, 1_000).unref()

try {
  indexer = await start()
} catch (error) {
  refuse(startProblem(error as Error))
}

function startProblem(error: Error): string {
  const known = [ManifestError, GraftError, DatabaseError].some((type) => error instanceof type)
  if (known) return error.message
  if (error instanceof PostgresError) return `the database of DATABASE_URL: ${error.message}`
  if ((error as NodeJS.ErrnoException).syscall === 'listen') {
    return `${error.message}: SUBGRAPH_URL and ADMIN_URL must be free addresses of this machine`
  }
  return error.stack ?? error.message
}

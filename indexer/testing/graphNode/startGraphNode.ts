import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../freePort.ts'
import { AdminRpc } from './adminRpc.ts'
import { type ContentServer, startContentServer } from './contentServer.ts'

/** graph-node cannot be started or refuses a request to its admin route. */
export class GraphNodeError extends Error {
  override readonly name = 'GraphNodeError'
}

/** How a graph-node is started. */
export interface GraphNodeStart {
  /** The program's file. */
  readonly binary: string
  /** Any database of a cluster with collation and ctype C that has no graph-node's yet. */
  readonly clusterUrl: string
  readonly rpcUrl: string
  /** What its subgraphs call the chain. */
  readonly network: string
  /** Port of its query routes; a free one where it is left out. */
  readonly port?: number
  /** Its settings beside the defaults. */
  readonly env: Readonly<Record<string, string>>
}

/** graph-node as a process beside, with a database and a content server of its own. */
export interface GraphNodeProcess {
  readonly pid: number
  /** Base of its query routes. */
  readonly queryUrl: string
  /** Its index-node route. */
  readonly statusUrl: string
  readonly admin: AdminRpc
  readonly content: ContentServer
  /** Where its log is. */
  readonly logFile: string
  /** Asks its admin route. @throws GraphNodeError when it refuses. */
  call(method: string, params: object): Promise<void>
  stop(): Promise<void>
}

/** Name of the database that it gets in its cluster. */
export const GRAPH_NODE_DATABASE = 'graph_node'
/** What it calls itself; deployments are assigned to this name. */
const NODE_ID = 'default'
const START_MS = 120_000

/**
 * Starts a graph-node and waits until its admin route answers; it ends with this process.
 *
 * @throws GraphNodeError when it ends before that, or two minutes have passed.
 */
export async function startGraphNode(start: GraphNodeStart): Promise<GraphNodeProcess> {
  const database = await createDatabase(start.clusterUrl)
  const content = await startContentServer()
  const [http, admin, status, metrics] = await Promise.all([
    start.port ?? freePort(),
    freePort(),
    freePort(),
    freePort(),
  ])
  const logFile = join(await mkdtemp(join(tmpdir(), 'graph-node-')), 'log')
  const log = openSync(logFile, 'w')
  const child = spawn(
    start.binary,
    [
      ...['--postgres-url', database],
      ...['--ethereum-rpc', `${start.network}:archive:${start.rpcUrl}`],
      ...['--ipfs', content.url],
      ...['--node-id', NODE_ID],
      ...['--http-port', String(http)],
      ...['--admin-port', String(admin)],
      ...['--index-node-port', String(status)],
      ...['--metrics-port', String(metrics)],
    ],
    { stdio: ['ignore', log, log], env: { ...process.env, ...start.env } },
  )
  const kill = () => child.kill()
  process.once('exit', kill)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const at = (port: number) => `http://127.0.0.1:${port}`
  const end = Date.now() + START_MS
  while (!(await fetch(at(admin)).catch(() => null))) {
    if (child.exitCode !== null || Date.now() > end) {
      throw new GraphNodeError(`graph-node did not start; its log is ${logFile}`)
    }
    await sleep(100)
  }
  const adminRpc = new AdminRpc(at(admin))
  return {
    pid: child.pid as number,
    queryUrl: at(http),
    statusUrl: `${at(status)}/graphql`,
    admin: adminRpc,
    content,
    logFile,
    async call(method, params) {
      const error = await adminRpc.call(method, params)
      if (error) throw new GraphNodeError(`${method}: ${JSON.stringify(error)}`)
    },
    async stop() {
      process.off('exit', kill)
      if (child.exitCode === null) child.kill()
      await ended
      await content.close()
    },
  }
}

/** @returns the new database's URL. */
async function createDatabase(clusterUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: clusterUrl })
  await client.connect()
  await client.query(
    `create database ${GRAPH_NODE_DATABASE} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`,
  )
  await client.end()
  const database = new URL(clusterUrl)
  database.protocol = 'postgresql:'
  database.pathname = `/${GRAPH_NODE_DATABASE}`
  return database.href
}

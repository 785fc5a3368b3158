import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../../testing/freePort.ts'
import { PUBLISHED } from '../chain/publishedFiles.ts'
import { AdminRpc } from './adminRpc.ts'
import { type ContentServer, startContentServer } from './contentServer.ts'
import { HostRoutes } from './hostRoutes.ts'
import type { ParityHost } from './parityHost.ts'
import { type Upload, uploadOf } from './uploadOf.ts'

const START_MS = 120_000

/** graph-node cannot be started or refuses a deployment. */
export class GraphNodeError extends Error {
  override readonly name = 'GraphNodeError'
}

/** Where a {@link GraphNode} differs from the comparison's. */
export interface GraphNodeOptions {
  /** What its subgraphs call the chain. */
  readonly network?: string
  /** Port of its query routes; a free one where it is left out. */
  readonly port?: number
}

/** Settings by which it answers as it would after a while, and with nothing that depends on time. */
const ENVIRONMENT = {
  GRAPH_LOG: 'info',
  // With 1 it is four times slower.
  RUST_BACKTRACE: '0',
  GRAPH_ALLOW_NON_DETERMINISTIC_FULLTEXT_SEARCH: 'true',
  // Else it pauses at the first error of a subgraph that goes on after errors.
  GRAPH_DISABLE_FAIL_FAST: 'true',
  // Else handlers see the entities of other regions, as long as these wait to be written.
  GRAPH_STORE_WRITE_QUEUE: '0',
  // Else a block named by number answers with what it was before a reorg.
  GRAPH_CACHED_SUBGRAPH_IDS: 'none',
  ETHEREUM_POLLING_INTERVAL: '200',
}

/** graph-node as a process beside, with a database and a content server of its own. */
export class GraphNode implements ParityHost {
  readonly #process: ChildProcess
  readonly #content: ContentServer
  readonly #admin: AdminRpc
  readonly #routes: HostRoutes
  /** Where its log is. */
  readonly logFile: string

  private constructor(
    child: ChildProcess,
    content: ContentServer,
    admin: AdminRpc,
    routes: HostRoutes,
    logFile: string,
  ) {
    this.#process = child
    this.#content = content
    this.#admin = admin
    this.#routes = routes
    this.logFile = logFile
  }

  /** @param clusterUrl any database of a cluster with collation and ctype C. */
  static async start(
    binary: string,
    clusterUrl: string,
    rpcUrl: string,
    { network = 'mainnet', port }: GraphNodeOptions = {},
  ): Promise<GraphNode> {
    const client = new pg.Client({ connectionString: clusterUrl })
    await client.connect()
    await client.query(
      `create database graph_node template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`,
    )
    await client.end()
    const database = new URL(clusterUrl)
    database.protocol = 'postgresql:'
    database.pathname = '/graph_node'

    const content = await startContentServer()
    for (const { id, bytes } of PUBLISHED) content.add(id, bytes)
    const [http, admin, status, metrics] = await Promise.all([
      port ?? freePort(),
      freePort(),
      freePort(),
      freePort(),
    ])
    const logFile = join(await mkdtemp(join(tmpdir(), 'graph-node-')), 'log')
    const log = openSync(logFile, 'w')
    const child = spawn(
      binary,
      [
        ...['--postgres-url', database.href],
        ...['--ethereum-rpc', `${network}:archive:${rpcUrl}`],
        ...['--ipfs', content.url],
        ...['--node-id', 'default'],
        ...['--http-port', String(http)],
        ...['--admin-port', String(admin)],
        ...['--index-node-port', String(status)],
        ...['--metrics-port', String(metrics)],
      ],
      { stdio: ['ignore', log, log], env: { ...process.env, ...ENVIRONMENT } },
    )
    process.once('exit', () => child.kill())
    const at = (port: number) => `http://127.0.0.1:${port}`
    const routes = new HostRoutes(at(http), `${at(status)}/graphql`)
    const node = new GraphNode(child, content, new AdminRpc(at(admin)), routes, logFile)
    await node.#untilUp(at(admin))
    return node
  }

  async deploy(name: string, build: string): Promise<string> {
    const { id, files } = await uploadOf(build)
    for (const [file, bytes] of files) this.#content.add(file, bytes)
    await this.#call('subgraph_create', { name })
    await this.#call('subgraph_deploy', { name, ipfs_hash: id })
    return id
  }

  async refusal({ id, files }: Upload): Promise<unknown> {
    for (const [file, bytes] of files) this.#content.add(file, bytes)
    return this.#admin.refusal(id)
  }

  query: HostRoutes['query'] = (id, query) => this.#routes.query(id, query)

  status<Data>(query: string): Promise<Data> {
    return this.#routes.status(query)
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = new Promise((resolve) => this.#process.once('exit', resolve))
      this.#process.kill()
      await ended
    }
    await this.#content.close()
  }

  async #untilUp(admin: string): Promise<void> {
    const end = Date.now() + START_MS
    for (;;) {
      if (await fetch(admin).catch(() => null)) return
      if (this.#process.exitCode !== null || Date.now() > end) {
        throw new GraphNodeError(`graph-node did not start; its log is ${this.logFile}`)
      }
      await sleep(100)
    }
  }

  async #call(method: string, params: object): Promise<void> {
    const error = await this.#admin.call(method, params)
    if (error) throw new GraphNodeError(`${method}: ${JSON.stringify(error)}`)
  }
}

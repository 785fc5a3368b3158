import { type GraphNodeProcess, startGraphNode } from '../../testing/graphNode/startGraphNode.ts'
import { type Upload, uploadOf } from '../../testing/graphNode/uploadOf.ts'
import { PUBLISHED } from '../chain/publishedFiles.ts'
import { HostRoutes } from './hostRoutes.ts'
import type { ParityHost } from './parityHost.ts'
import { refusalOf } from './refusalOf.ts'

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

/** graph-node as a process beside. */
export class GraphNode implements ParityHost {
  readonly #process: GraphNodeProcess
  readonly #routes: HostRoutes

  private constructor(started: GraphNodeProcess) {
    this.#process = started
    this.#routes = new HostRoutes(started.queryUrl, started.statusUrl)
  }

  /** @param clusterUrl any database of a cluster with collation and ctype C. */
  static async start(
    binary: string,
    clusterUrl: string,
    rpcUrl: string,
    { network = 'mainnet', port }: GraphNodeOptions = {},
  ): Promise<GraphNode> {
    const start = { binary, clusterUrl, rpcUrl, network, port, env: ENVIRONMENT }
    const started = await startGraphNode(start)
    for (const { id, bytes } of PUBLISHED) started.content.add(id, bytes)
    return new GraphNode(started)
  }

  /** Where its log is. */
  get logFile(): string {
    return this.#process.logFile
  }

  async deploy(name: string, build: string): Promise<string> {
    const upload = await uploadOf(build)
    this.#add(upload)
    await this.#process.call('subgraph_create', { name })
    await this.#process.call('subgraph_deploy', { name, ipfs_hash: upload.id })
    return upload.id
  }

  async refusal(upload: Upload): Promise<unknown> {
    this.#add(upload)
    return refusalOf(this.#process.admin, upload.id)
  }

  query: HostRoutes['query'] = (id, query) => this.#routes.query(id, query)

  status<Data>(query: string): Promise<Data> {
    return this.#routes.status(query)
  }

  stop(): Promise<void> {
    return this.#process.stop()
  }

  #add({ files }: Upload): void {
    for (const [file, bytes] of files) this.#process.content.add(file, bytes)
  }
}

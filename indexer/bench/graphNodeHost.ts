import { GRAPH_NODE_DATABASE, startGraphNode } from '../testing/graphNode/startGraphNode.ts'
import { uploadOf } from '../testing/graphNode/uploadOf.ts'
import { graphTables, type HostTask, indexedBlock, type MeasuredHost } from './measuredHost.ts'

const ENVIRONMENT = {
  GRAPH_LOG: 'info',
  // With 1 it is four times slower.
  RUST_BACKTRACE: '0',
  GRAPH_CACHED_SUBGRAPH_IDS: 'none',
  GRAPH_QUERY_CACHE_MAX_MEM: '0',
}

/** Has a graph-node index, with its default settings but without its cache of whole answers. */
export async function startGraphNodeHost(binary: string, task: HostTask): Promise<MeasuredHost> {
  const { build, databaseUrl, rpcUrl, last } = task
  const { id, files } = await uploadOf(build)
  const start = { binary, clusterUrl: databaseUrl, rpcUrl, network: 'bench', env: ENVIRONMENT }
  const node = await startGraphNode(start)
  for (const [file, bytes] of files) node.content.add(file, bytes)
  await node.call('subgraph_create', { name: 'bench' })
  const begun = performance.now()
  await node.call('subgraph_deploy', { name: 'bench', ipfs_hash: id })
  const queryUrl = `${node.queryUrl}/subgraphs/name/bench`
  return {
    begun,
    pid: node.pid,
    queryUrl,
    tables: graphTables(databaseUrl, GRAPH_NODE_DATABASE),
    isIndexed: async () => (await indexedBlock(queryUrl)) === last,
    stop: node.stop,
  }
}

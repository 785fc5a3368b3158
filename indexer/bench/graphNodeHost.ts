import pg from 'pg'
import { startContentServer } from '../parity/hosts/contentServer.ts'
import { uploadOf } from '../parity/hosts/uploadOf.ts'
import { freePort } from '../testing/freePort.ts'
import { graphTables, type HostTask, indexedBlock, type MeasuredHost } from './measuredHost.ts'
import { startProcess, untilReady } from './startProcess.ts'

/** Starts a graph-node binary with its default settings, but without its cache of whole answers. */
export async function startGraphNode(binary: string, task: HostTask): Promise<MeasuredHost> {
  const client = new pg.Client({ connectionString: task.databaseUrl })
  await client.connect()
  await client.query(
    `create database graph_node template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`,
  )
  await client.end()
  const database = new URL(task.databaseUrl)
  database.protocol = 'postgresql:'
  database.pathname = '/graph_node'
  const content = await startContentServer()
  const { id, files } = await uploadOf(task.build)
  for (const [file, bytes] of files) content.add(file, bytes)
  const [http, admin, status, metrics] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  const started = startProcess(
    binary,
    [
      ...['--postgres-url', database.href, '--ethereum-rpc', `bench:archive:${task.rpcUrl}`],
      ...['--ipfs', content.url, '--node-id', 'default', '--http-port', String(http)],
      ...['--admin-port', String(admin), '--index-node-port', String(status)],
      ...['--metrics-port', String(metrics)],
    ],
    {
      env: {
        GRAPH_LOG: 'info',
        // With 1 it is four times slower.
        RUST_BACKTRACE: '0',
        GRAPH_CACHED_SUBGRAPH_IDS: 'none',
        GRAPH_QUERY_CACHE_MAX_MEM: '0',
      },
    },
  )
  const adminUrl = `http://127.0.0.1:${admin}`
  const call = async (method: string, params: object) => {
    const response = await fetch(adminUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    const { error } = (await response.json()) as { error?: unknown }
    if (error) throw new Error(`graph-node refuses ${method}: ${JSON.stringify(error)}`)
  }
  await untilReady(started, 'graph-node', () =>
    fetch(adminUrl).then(
      () => true,
      () => false,
    ),
  )
  await call('subgraph_create', { name: 'bench' })
  const begun = performance.now()
  await call('subgraph_deploy', { name: 'bench', ipfs_hash: id })
  const queryUrl = `http://127.0.0.1:${http}/subgraphs/name/bench`
  return {
    begun,
    pid: started.child.pid as number,
    queryUrl,
    tables: graphTables(task.databaseUrl, 'graph_node'),
    isIndexed: async () => (await indexedBlock(queryUrl)) === task.last,
    stop: async () => {
      await started.stop()
      await content.close()
    },
  }
}

import { join } from 'node:path'
import { freePort } from '../testing/freePort.ts'
import { graphTables, type HostTask, indexedBlock, type MeasuredHost } from './measuredHost.ts'
import { startProcess, untilReady } from './startProcess.ts'

/** Starts this host as its users do. */
export async function startTributary(task: HostTask): Promise<MeasuredHost> {
  const url = `http://127.0.0.1:${await freePort()}`
  const started = startProcess(process.execPath, [join(import.meta.dirname, '..', 'main.ts')], {
    env: {
      RPC_URL: task.rpcUrl,
      DATABASE_URL: task.databaseUrl,
      SUBGRAPH_BUILD: task.build,
      SUBGRAPH_NAME: 'bench',
      SUBGRAPH_URL: url,
      NETWORKS_FILE: '',
    },
  })
  await untilReady(started, 'this host', () => started.output().includes('served at'))
  const queryUrl = `${url}/subgraphs/name/bench`
  return {
    begun: performance.now(),
    pid: started.child.pid as number,
    queryUrl,
    tables: graphTables(task.databaseUrl, 'indexer'),
    isIndexed: async () => (await indexedBlock(queryUrl)) === task.last,
    stop: started.stop,
  }
}

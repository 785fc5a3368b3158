import { join } from 'node:path'
import { anvilBinary } from './anvil/anvilBinary.ts'
import { BUSY_INTERVAL } from './anvil/idleInterval.ts'
import { rpc } from './anvil/rpc.ts'
import { restoreState } from './anvil/stateGenerations.ts'
import type { Engine } from './prepare/preparePython.ts'
import type { Part } from './supervise/Part.ts'
import type { Urls } from './urls.ts'

/** The chain's state file inside the data folder. */
export const stateFile = (dataFolder: string) => join(dataFolder, 'anvil', 'state.json')

/**
 * The parts that this machine starts itself, by name, in the order in which they are needed. What
 * has its URL given from outside is left out.
 */
export function embeddedParts(options: {
  root: string
  dataFolder: string
  urls: Urls
  env: Record<string, string>
  engine: Engine
}): Part[] {
  const { root, dataFolder, env, engine } = options
  const { urls } = options.urls
  const embedded = new Set(options.urls.embedded.map(({ name }) => name))
  const parts: Part[] = []
  const node = (name: string, file: string, extra: Partial<Part> = {}): Part => ({
    name,
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', join(root, file)],
    env,
    ...extra,
  })
  const port = (url: string) => new URL(url).port

  if (embedded.has('DATABASE_URL')) {
    parts.push(
      node('postgres', 'stack/postgres/main.ts', {
        isReady: () => acceptsConnections(Number(port(urls.DATABASE_URL))),
      }),
    )
  }
  if (embedded.has('RPC_URL')) {
    const state = stateFile(dataFolder)
    parts.push({
      name: 'anvil',
      command: anvilBinary(),
      args: [
        ...['--optimism', '--chain-id', '31337', '-b', String(BUSY_INTERVAL)],
        ...['--slots-in-an-epoch', '2', '--prune-history', '64'],
        ...['--state', state, '--state-interval', '5'],
        ...['--host', '127.0.0.1', '--port', port(urls.RPC_URL), '--accounts', '10'],
      ],
      env,
      beforeStart: async () => {
        await restoreState(state)
      },
      isReady: async () => (await rpc<string>(urls.RPC_URL, 'eth_chainId')) !== '',
      // On SIGTERM it goes on; on SIGINT it writes its state and ends.
      stopSignal: 'SIGINT',
    })
  }
  if (embedded.has('CLICKHOUSE_URL')) {
    parts.push(
      node('clickhouse', 'analytics/server/main.ts', {
        healthUrl: `${urls.CLICKHOUSE_URL}/health`,
        env: { ...env, UV_THREADPOOL_SIZE: '16' },
      }),
    )
  }
  const stores = (['CAS_URL', 'DA_URL'] as const).filter((name) => embedded.has(name))
  if (stores[0] !== undefined) {
    const storage = node('storage', 'storage/main.ts', { healthUrl: `${urls[stores[0]]}/health` })
    const names = stores.map((name) => (name === 'CAS_URL' ? 'cas' : 'da'))
    parts.push({ ...storage, args: [...storage.args, ...names] })
  }
  if (embedded.has('API_URL')) {
    parts.push(node('api', 'api/main.ts', { healthUrl: `${urls.API_URL}/health` }))
  }
  if (embedded.has('SUBGRAPH_URL')) {
    parts.push(
      node('indexer', 'indexer/main.ts', {
        env: {
          ...env,
          SUBGRAPH_BUILD: join(root, 'subgraph', 'build'),
          SUBGRAPH_NAME: 'tributary',
          NETWORKS_FILE: join(dataFolder, 'networks.json'),
        },
        healthUrl: `${new URL(urls.SUBGRAPH_URL).origin}/health`,
      }),
    )
  }
  if (embedded.has('JOBS_URL')) {
    parts.push(node('control', 'workers/control/main.ts', { healthUrl: `${urls.JOBS_URL}/health` }))
  }
  if (embedded.has('ENGINE_URL')) {
    parts.push({
      name: 'engine',
      command: engine.python,
      args: ['-m', 'tributary_engine'],
      cwd: join(root, 'workers', 'engine'),
      env: { ...env, PYTHONPATH: join(root, 'workers', 'engine'), PYTHONUNBUFFERED: '1' },
      healthUrl: `${urls.ENGINE_URL}/health`,
    })
  }
  for (const stage of ['ingest', 'attribution', 'training', 'settlement', 'mirror']) {
    parts.push(node(stage, `workers/${stage}/main.ts`))
  }
  return parts
}

async function acceptsConnections(port: number): Promise<boolean> {
  const { Client } = (await import('pg')).default
  const client = new Client({
    connectionString: `postgres://tributary:tributary@127.0.0.1:${port}/postgres`,
    connectionTimeoutMillis: 2000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } finally {
    await client.end().catch(() => {})
  }
}

import { execFile } from 'node:child_process'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../testing/freePort.ts'
import { WORKLOADS } from './buildWorkload.ts'
import type { HostTask, MeasuredHost } from './measuredHost.ts'
import { startProcess, untilReady } from './startProcess.ts'

const PONDER = '0.16.10'
/** Of the versions that Ponder allows: a later one changed what it relies on. */
const VIEM = '2.57.1'

const run = promisify(execFile)

/** Installs Ponder into a folder of its own, once. @returns its version. */
export async function installPonder(folder: string): Promise<string> {
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { ponder: PONDER, viem: VIEM, hono: '^4.5.0' },
    overrides: { viem: VIEM },
  }
  await mkdir(folder, { recursive: true })
  const there = await access(join(folder, 'node_modules', 'ponder', 'package.json')).then(
    () => true,
    () => false,
  )
  if (!there) {
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
    await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd: folder })
  }
  return PONDER
}

/** Starts Ponder with handlers that do what those of the workload `accounts` do. */
export async function startPonder(folder: string, task: HostTask): Promise<MeasuredHost> {
  const abi = await readFile(join(WORKLOADS, 'abis', 'Token.json'), 'utf8')
  const files = {
    'ponder.config.ts': config(abi, task),
    'ponder.schema.ts': SCHEMA,
    'src/index.ts': HANDLER,
    'src/api/index.ts': API,
  }
  await mkdir(join(folder, 'src', 'api'), { recursive: true })
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
  const port = await freePort()
  const started = startProcess(
    process.execPath,
    [
      join(folder, 'node_modules', 'ponder', 'dist', 'esm', 'bin', 'ponder.js'),
      ...['start', '--port', String(port), '--hostname', '127.0.0.1', '--schema', 'bench'],
    ],
    { cwd: folder, env: { DATABASE_URL: task.databaseUrl, PONDER_TELEMETRY_DISABLED: 'true' } },
  )
  const answers = (path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`).then(
      ({ status }) => status === 200,
      () => false,
    )
  await untilReady(started, 'Ponder', () => answers('/health'))
  return {
    begun: performance.now(),
    pid: started.child.pid as number,
    queryUrl: null,
    tables: { databaseUrl: task.databaseUrl, schema: 'bench', id: 'id', current: 'true' },
    isIndexed: () => answers('/ready'),
    stop: started.stop,
  }
}

function config(abi: string, { rpcUrl, address }: HostTask): string {
  return `import { createConfig } from 'ponder'
export default createConfig({
  chains: { bench: { id: 31337, rpc: '${rpcUrl}' } },
  contracts: { Token: { abi: ${abi.trim()} as const, chain: 'bench', address: '${address}', startBlock: 1 } },
})
`
}

const SCHEMA = `import { onchainTable } from 'ponder'
export const account = onchainTable('account', (t) => ({
  id: t.hex().primaryKey(), balance: t.bigint().notNull(), sent: t.integer().notNull(), received: t.integer().notNull(),
}))
export const transfer = onchainTable('transfer', (t) => ({
  id: t.text().primaryKey(), from: t.hex().notNull(), to: t.hex().notNull(), value: t.bigint().notNull(),
  block: t.integer().notNull(), timestamp: t.bigint().notNull(),
}))
`

const HANDLER = `import { ponder } from 'ponder:registry'
import { account, transfer } from 'ponder:schema'
ponder.on('Token:Transfer', async ({ event, context }) => {
  const { from, to, value } = event.args
  await context.db.insert(account).values({ id: from, balance: -value, sent: 1, received: 0 })
    .onConflictDoUpdate((row) => ({ balance: row.balance - value, sent: row.sent + 1 }))
  await context.db.insert(account).values({ id: to, balance: value, sent: 0, received: 1 })
    .onConflictDoUpdate((row) => ({ balance: row.balance + value, received: row.received + 1 }))
  await context.db.insert(transfer).values({
    id: event.id, from, to, value, block: Number(event.block.number), timestamp: event.block.timestamp,
  })
})
`

const API = `import { Hono } from 'hono'
export default new Hono()
`

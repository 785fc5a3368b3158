import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { dumpStore } from './testing/dumpStore.ts'
import { freePort } from './testing/freePort.ts'
import { LEDGER, LedgerChain } from './testing/ledgerChain.ts'
import { indexLedger, query, until, untilIndexed } from './testing/runLedger.ts'
import { startPostgres, type TestPostgres } from './testing/startPostgres.ts'

let postgres: TestPostgres
let chain: LedgerChain
let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'indexer-main-'))
  ;[postgres, chain] = await Promise.all([startPostgres(), LedgerChain.start()])
})

after(async () => {
  await Promise.all([postgres?.stop(), chain?.stop()])
  await rm(folder, { recursive: true, force: true })
})

interface Host {
  readonly process: ChildProcess
  readonly url: string
  /** What it has printed so far. */
  output(): string
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>
}

async function startHost(env: Record<string, string> = {}): Promise<Host> {
  const networks = join(folder, 'networks.json')
  await writeFile(
    networks,
    JSON.stringify({ local: { Ledger: { address: chain.address, startBlock: 1 } } }),
  )
  const url = `http://127.0.0.1:${await freePort()}`
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      PATH: process.env.PATH,
      RPC_URL: chain.url,
      DATABASE_URL: postgres.url,
      SUBGRAPH_BUILD: join(LEDGER, 'build'),
      SUBGRAPH_URL: `${url}/subgraphs/name/tributary`,
      NETWORKS_FILE: networks,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { process: child, url, output: () => output, ended }
}

function isHealthy(host: Host): Promise<boolean> {
  return fetch(`${host.url}/health`).then(
    (response) => response.ok,
    () => false,
  )
}

async function headHash(host: Host): Promise<string | null> {
  const answer = await query<{ _meta: { block: { hash: string } } }>(
    host.url,
    'tributary',
    '{ _meta { block { hash } } }',
  ).catch(() => null)
  return answer?._meta.block.hash ?? null
}

/** When a host is killed: given how often the loop around it went since it was started. */
const MOMENTS: readonly ((host: Host, rounds: number) => boolean | Promise<boolean>)[] = [
  (_host, rounds) => rounds === 2,
  (host) => host.output().includes('served at'),
  async (host) => (await headHash(host)) !== null,
  async (host, rounds) => rounds > 15 && (await headHash(host)) !== null,
]

test('what is stored after kill -9 at any moment, and a reorg meanwhile, is that of a clean index', async () => {
  const { accounts } = chain
  for (const [index, moment] of MOMENTS.entries()) {
    const host = await startHost()
    for (let round = 0; !(await moment(host, round)); round++) {
      await chain.send('move', [accounts[(round % 8) + 1], BigInt(round + 1)])
      if (round % 3 === 0) await chain.send('open', [`${index}-${round}`], 1)
      await chain.mine(1 + (round % 3))
      await sleep(30)
    }
    host.process.kill('SIGKILL')
    await host.ended
    if (index % 2 === 1) await chain.reorg(3)
  }
  const host = await startHost()
  const { hash } = await chain.rpc.call<{ hash: string }>('eth_getBlockByNumber', 'latest', false)
  await until(async () => (await headHash(host)) === hash, 'the restarted host is at the head')
  assert.equal(await isHealthy(host), true)
  const metrics = await (await fetch(`${host.url}/metrics`)).text()
  assert.ok(metrics.includes(`eth_rpc_status{provider="${new URL(chain.url).host}"} 0\n`))
  host.process.kill('SIGTERM')
  assert.equal(await host.ended, 0, 'SIGTERM ends the process cleanly')

  const clean = await indexLedger(chain, postgres, 'clean')
  await untilIndexed(clean, chain)
  await clean.stop()
  const expected = await dumpStore(postgres.url, 'clean')
  assert.ok(expected.length > 50, `enough was indexed: ${expected.length} rows`)
  assert.deepEqual(await dumpStore(postgres.url, 'indexer'), expected)
})

test('a changed build is a deployment of its own, served under the same name', async () => {
  const host = await startHost({ NETWORKS_FILE: '' })
  try {
    await until(() => isHealthy(host), 'the host is up')
    const { _meta } = await eventually(() =>
      query<{ _meta: { deployment: string; block: { number: number } } }>(
        host.url,
        'tributary',
        '{ _meta { deployment block { number } } movements { id } }',
      ),
    )
    assert.match(_meta.deployment, /^Qm/)
  } finally {
    host.process.kill('SIGTERM')
  }
  await host.ended
  assert.match(host.output(), /is deployment Qm\w+ in sgd2$/m)
})

test('a folder that is no build and a node of another chain are refused with the reason', async () => {
  const nothing = await startHost({ SUBGRAPH_BUILD: folder })
  assert.equal(await nothing.ended, 1)
  assert.match(
    nothing.output(),
    /subgraph\.yaml: the file cannot be read \(ENOENT\): run `graph build` first/,
  )

  const wrong: [env: Record<string, string>, said: RegExp][] = [
    [{ SUBGRAPH_URL: 'here' }, /^indexer: SUBGRAPH_URL names no URL/],
    [{ RPC_URL: `${chain.url},there` }, /^indexer: RPC_URL names no URL/],
    [{ SUBGRAPH_NAME: 'a b' }, /^indexer: SUBGRAPH_NAME `a b` is no name of a subgraph/],
    [
      { SUBGRAPH_URL: chain.url },
      /EADDRINUSE.*: SUBGRAPH_URL and ADMIN_URL must be free addresses of this machine\n$/,
    ],
    [
      { DATABASE_URL: postgres.url.replace(/:[^:@/]*@/, ':wrong@') },
      /the database of DATABASE_URL: password authentication failed/,
    ],
  ]
  for (const [env, said] of wrong) {
    const refused = await startHost(env)
    assert.equal(await refused.ended, 1, refused.output())
    assert.match(refused.output(), said)
  }

  const other = await LedgerChain.start()
  const host = await startHost({ RPC_URL: other.url })
  try {
    const refused = /the node serves chain 31337 with genesis 0x/
    await until(() => refused.test(host.output()), 'the other chain is refused')
  } finally {
    host.process.kill('SIGTERM')
    await host.ended
    await other.stop()
  }
})

/** Tries until the action succeeds; the deployment may not have come to its first block yet. */
async function eventually<Result>(action: () => Promise<Result>): Promise<Result> {
  let result: Result | undefined
  await until(async () => {
    result = await action().catch(() => undefined)
    return result !== undefined
  }, 'the deployment answers')
  return result as Result
}

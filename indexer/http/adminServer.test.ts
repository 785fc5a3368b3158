import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { load } from 'js-yaml'
import pg from 'pg'
import { dumpManifest } from '../manifest/dumpManifest.ts'
import { readBuild } from '../manifest/readBuild.ts'
import type { RunningIndexer } from '../startIndexer.ts'
import { LEDGER, LedgerChain } from '../testing/ledgerChain.ts'
import { query, until } from '../testing/runLedger.ts'
import { startPostgres, type TestPostgres } from '../testing/startPostgres.ts'
import { startTestIndexer } from '../testing/startTestIndexer.ts'

let postgres: TestPostgres
let chain: LedgerChain
let indexer: RunningIndexer
let database: pg.Client
let home: string
const said: string[] = []

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'indexer-admin-'))
  ;[postgres, chain] = await Promise.all([startPostgres(), LedgerChain.start()])
  indexer = await start()
  const url = new URL(postgres.url)
  url.pathname = '/admin'
  database = new pg.Client({ connectionString: url.href })
  await database.connect()
})

after(async () => {
  await database?.end()
  await indexer?.stop()
  await Promise.all([postgres?.stop(), chain?.stop()])
  await rm(home, { recursive: true, force: true })
})

async function start(): Promise<RunningIndexer> {
  return startTestIndexer({
    build: await readBuild(join(LEDGER, 'build'), {
      local: { Ledger: { address: chain.address, startBlock: 1 } },
    }),
    name: 'first',
    rpcUrl: chain.url,
    databaseUrl: postgres.url,
    database: 'admin',
    admin: { host: '127.0.0.1', port: 0 },
    log: (_level, message) => said.push(message),
  })
}

function adminUrl(): string {
  assert.ok(indexer.admin)
  return indexer.admin.url
}

async function call(method: string, params: object, id: unknown = 1): Promise<unknown> {
  return send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
}

async function send(body: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  return (await fetch(adminUrl(), { method: 'POST', headers, body })).json()
}

async function upload(name: string, bytes: Uint8Array): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([Buffer.from(bytes)]), name)
  const response = await fetch(`${adminUrl()}/api/v0/add`, { method: 'POST', body: form })
  return ((await response.json()) as { Hash: string }).Hash
}

/** Uploads the test subgraph file by file, as graph-cli does. @returns the deployment's id. */
async function uploadLedger(
  description: string,
  startBlock?: number,
  more: object = {},
): Promise<string> {
  const link = async (value: unknown): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map(link))
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(async ([key, inner]) => {
      if (key !== 'file') return [key, await link(inner)]
      const bytes = await readFile(join(LEDGER, 'build', String(inner)))
      return [key, { '/': `/ipfs/${await upload(String(inner), bytes)}` }]
    })
    return Object.fromEntries(await Promise.all(entries))
  }
  const manifest = load(await readFile(join(LEDGER, 'build', 'subgraph.yaml'), 'utf8')) as {
    dataSources: { source: { startBlock: number } }[]
  }
  if (startBlock !== undefined) manifest.dataSources[0].source.startBlock = startBlock
  const uploaded = await link({ ...manifest, description, ...more })
  return upload('subgraph.yaml', Buffer.from(dumpManifest(uploaded)))
}

function graph(...args: string[]): Promise<{ code: number | null; output: string }> {
  const cli = dirname(
    createRequire(import.meta.url).resolve('@graphprotocol/graph-cli/package.json'),
  )
  const env = { PATH: process.env.PATH, HOME: home, NO_COLOR: '1' }
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(cli, 'bin', 'run.js'), ...args],
      { cwd: home, env },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, output: stdout + stderr }),
    )
  })
}

test('graph-cli deploys what it has uploaded', async () => {
  const id = await uploadLedger('deployed')
  await call('subgraph_create', { name: 'some/ledger' })
  const deployed = await graph(
    ...['deploy', 'some/ledger', '--node', adminUrl(), '--ipfs', adminUrl()],
    ...['--ipfs-hash', id, '--version-label', 'v1'],
  )
  assert.equal(deployed.code, 0, deployed.output)
  const { port } = indexer.server
  assert.match(deployed.output, new RegExp(`http://127.0.0.1:${port}/subgraphs/name/some/ledger`))
  await chain.mine()
  await until(async () => (await deploymentOf('some/ledger')) === id, 'it answers')
  const removed = await call('subgraph_remove', { name: 'some/ledger' })
  assert.deepEqual(removed, { jsonrpc: '2.0', id: 1, result: null })
  await assert.rejects(
    query(indexer.server.url, 'some/ledger', '{ _meta { deployment } }'),
    /deployment `some\/ledger` does not exist/,
  )
})

async function deploymentOf(name: string): Promise<string | null> {
  const answer = await query<{ _meta: { deployment: string } }>(
    indexer.server.url,
    name,
    '{ _meta { deployment } }',
  ).catch(() => null)
  return answer?._meta.deployment ?? null
}

async function headOf(id: string): Promise<number> {
  const deployment = indexer.host.deployments.find((known) => known.id === id)
  return (await deployment?.headBlock())?.number ?? -1
}

test('a new version takes the place of the old one, and is there again after a restart', async () => {
  assert.deepEqual(await call('subgraph_create', { name: 'moving' }), {
    jsonrpc: '2.0',
    id: 1,
    result: { id: await indexer.host.create('moving') },
  })
  const versions = [await uploadLedger('one'), await uploadLedger('two')]
  for (const id of versions) {
    assert.deepEqual(await call('subgraph_deploy', { name: 'moving', ipfs_hash: id }), {
      jsonrpc: '2.0',
      id: 1,
      result: {
        playground: `:${indexer.server.port}/subgraphs/name/moving/graphql`,
        queries: `:${indexer.server.port}/subgraphs/name/moving`,
      },
    })
    await until(async () => (await deploymentOf('moving')) === id, `${id} answers`)
  }
  assert.deepEqual(
    indexer.host.deployments.map((deployment) => [...deployment.names]),
    [['first'], ['moving']],
  )
  await indexer.stop()
  indexer = await start()
  assert.equal(await deploymentOf('moving'), versions[1])
  await chain.mine()
  const latest = await chain.blockNumber()
  await until(async () => (await headOf(versions[1])) === latest, 'it goes on indexing')
})

test('a deployment rests while it is paused or given to another node', async () => {
  const id = await uploadLedger('resting')
  await call('subgraph_create', { name: 'resting' })
  await call('subgraph_deploy', { name: 'resting', ipfs_hash: id })
  const isPaused = async () => {
    const deployment = indexer.host.deployments.find((known) => known.id === id)
    return (await deployment?.status())?.paused
  }
  const rests: readonly (readonly [string, object, string, object])[] = [
    ['subgraph_pause', { deployment: id }, 'subgraph_resume', { deployment: id }],
    [
      'subgraph_reassign',
      { ipfs_hash: id, node_id: 'removed' },
      'subgraph_reassign',
      { ipfs_hash: id, node_id: 'default' },
    ],
  ]
  for (const [rest, restParams, wake, wakeParams] of rests) {
    const done = { jsonrpc: '2.0', id: 1, result: null }
    assert.deepEqual(await call(rest, restParams), done)
    assert.equal(await isPaused(), true)
    const before = await headOf(id)
    await chain.mine(3)
    const latest = await chain.blockNumber()
    const others = indexer.host.deployments.find((known) => known.names.has('first'))
    await until(async () => (await headOf(others?.id ?? '')) === latest, 'others go on')
    assert.equal(await headOf(id), before)
    assert.deepEqual(await call(wake, wakeParams), done)
    assert.equal(await isPaused(), false)
    await until(async () => (await headOf(id)) === latest, 'it catches up')
  }
  // One that is paused stays so over a restart, and answers all the same.
  await call('subgraph_pause', { deployment: id })
  await indexer.stop()
  indexer = await start()
  assert.equal(await isPaused(), true)
  assert.equal(await deploymentOf('resting'), id)
})

test('requests that cannot be met are refused with the reason', async () => {
  const failure = (code: number, message: string, id: unknown = 1) => {
    return { jsonrpc: '2.0', error: { code, message }, id }
  }
  const good = await uploadLedger('good')
  const bad = await upload('subgraph.yaml', Buffer.from('specVersion: 9.9.9\n'))
  assert.deepEqual(
    await call('subgraph_deploy', { name: 'nobody', ipfs_hash: good }),
    failure(0, 'subgraph name not found: nobody'),
  )
  await call('subgraph_create', { name: 'tried' })
  assert.deepEqual(
    await call('subgraph_deploy', { name: 'tried', ipfs_hash: bad }),
    failure(0, 'subgraph resolve error: resolve error: invalid manifest'),
  )
  const early = await uploadLedger('early', 1_000_000)
  assert.deepEqual(
    await call('subgraph_deploy', { name: 'tried', ipfs_hash: early }),
    failure(
      0,
      'subgraph validation error: [the specified block 1000000 must exist on the Ethereum network]',
    ),
  )
  assert.deepEqual(
    await call('subgraph_pause', { deployment: 'QmNone' }),
    failure(4, 'deployment not found: QmNone'),
  )
  assert.deepEqual(
    await call('subgraph_create', { name: '-x' }),
    failure(-32602, 'Invalid params: invalid value: string "-x", expected valid subgraph name'),
  )
  assert.deepEqual(
    await call('subgraph_create', {}),
    failure(-32602, 'Invalid params: missing field `name`'),
  )
  assert.deepEqual(await call('subgraph_nothing', {}), failure(-32601, 'Method not found'))
  assert.deepEqual(await call('toString', {}), failure(-32601, 'Method not found'))
  assert.deepEqual(await send('{'), failure(-32700, 'Parse error', null))
  assert.deepEqual(await send('[]'), failure(-32600, 'Invalid Request', null))
  assert.deepEqual(
    await send(`[{"jsonrpc":"1.0","method":"x","id":7},{"jsonrpc":"2.0","method":"x","id":"a"}]`),
    [failure(-32600, 'Invalid Request', null), failure(-32601, 'Method not found', 'a')],
  )
  assert.equal(
    indexer.host.deployments.some((known) => known.names.has('tried')),
    false,
  )
  const page = await fetch(adminUrl(), { method: 'POST', headers: { origin: 'http://x.test' } })
  assert.equal(page.status, 403, 'a page in a browser cannot change anything')
  const broken = await fetch(`${adminUrl()}/api/v0/add`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body: '--b\r\n\r\nno end',
  })
  assert.equal(broken.status, 400)
})

/** The schemas of deployments that the database holds. */
async function schemas(): Promise<string[]> {
  const { rows } = await database.query(
    `select nspname as name from pg_namespace where nspname like 'sgd%' order by nspname`,
  )
  return rows.map(({ name }) => name)
}

test('what nobody uses any more is dropped after a while, and what is used stays', async () => {
  const old = await uploadLedger('old')
  const current = await uploadLedger('current')
  await call('subgraph_create', { name: 'tidied' })
  await call('subgraph_deploy', { name: 'tidied', ipfs_hash: old })
  const namespace = said
    .map((line) => line.match(`deployment ${old} in (sgd\\d+)$`)?.[1])
    .find(Boolean)
  assert.ok(namespace)
  await call('subgraph_deploy', { name: 'tidied', ipfs_hash: current })
  await indexer.host.removeUnused(3_600_000)
  assert.ok((await schemas()).includes(namespace), 'it may still be gone back to')
  await indexer.host.removeUnused(0)
  assert.equal((await schemas()).includes(namespace), false)
  assert.ok(said.includes(`${namespace} is dropped: nothing uses deployment ${old} any more`))
  assert.equal(await deploymentOf('tidied'), current)
  assert.equal((await schemas()).length, indexer.host.deployments.length)
  await call('subgraph_deploy', { name: 'tidied', ipfs_hash: old })
  await until(async () => (await deploymentOf('tidied')) === old, 'it is deployed anew')
})

test('a schema of a version that kept no proofs is made anew, and that is told', async () => {
  const line = said.findLast((text) => text.startsWith('first is deployment ')) ?? ''
  const [, id = '', namespace = ''] = line.match(/deployment (\w+) in (sgd\d+)$/) ?? []
  await indexer.stop()
  await database.query(`drop table ${namespace}."poi2$"`)
  indexer = await start()
  const told = said.filter((text) => text.includes(`${namespace} was made by an earlier version`))
  assert.equal(told.length, 1)
  assert.match(told[0], /first is indexed anew into sgd\d+, and sgd\d+ is dropped$/)
  assert.equal((await schemas()).includes(namespace), false)
  const latest = await chain.blockNumber()
  await until(async () => (await headOf(id)) === latest, 'it is indexed again')
  assert.equal(await deploymentOf('first'), id)
})

test('a graft that cannot be made is refused with every reason, and another is made', async () => {
  await call('subgraph_create', { name: 'some/graft' })
  const deploy = async (base: string, block: number, features: string[]) => {
    const id = await uploadLedger('grafted', undefined, { graft: { base, block }, features })
    return call('subgraph_deploy', { name: 'some/graft', ipfs_hash: id })
  }
  const nothing = 'Qm'.padEnd(46, 'x')
  assert.deepEqual(await deploy(nothing, 1, []), {
    jsonrpc: '2.0',
    error: {
      code: 0,
      message: `subgraph validation error: [the graft base is invalid: deployment not found: ${nothing}; The feature \`grafting\` is used by the subgraph but it is not declared in the manifest.]`,
    },
    id: 1,
  })
  await chain.mine(260)
  const base = indexer.store.id
  const head = await chain.blockNumber()
  await until(() => indexer.runner.head?.number === head, 'the base is indexed')
  const { result } = (await deploy(base, 2, ['grafting'])) as { result: { queries: string } }
  assert.equal(result.queries, `:${indexer.server.port}/subgraphs/name/some/graft`)
  const text = '{ _meta { block { number } } }'
  await until(async () => {
    const answer = await query<{ _meta: { block: { number: number } } }>(
      indexer.server.url,
      'some/graft',
      text,
    )
    return answer._meta.block.number === head
  }, 'the graft is indexed')
  await call('subgraph_remove', { name: 'some/graft' })
})

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startServer, type TestServer } from '@tributary/analytics/testing/startServer'
import { contractNames } from '@tributary/contracts/build/contractNames'
import { type Configuration, readConfiguration } from '@tributary/protocol/config/configuration'
import { databaseUrl } from '@tributary/protocol/config/databaseUrl'
import { modelManifestBytes } from '@tributary/protocol/messages/modelManifest'
import { openDatabase } from '../database/openDatabase.ts'
import { eventually } from '../testing/eventually.ts'
import { forward } from '../testing/forward.ts'
import { freePort } from '../testing/freePort.ts'
import { addKey, BASE_HASH } from '../testing/samples.ts'
import { sendJson, serve } from '../testing/serve.ts'
import { startPostgres, type TestPostgres } from '../testing/startPostgres.ts'
import { type Api, startApi } from './startApi.ts'

/** One life of the API: nothing else is there, and then one part after the other comes. */
describe('the API', () => {
  let folder: string
  let configuration: Configuration
  let postgres: TestPostgres
  let clickhouse: TestServer
  let api: Api
  let url: string
  /** Where the API looks for Postgres. */
  let database: Awaited<ReturnType<typeof forward>>

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tributary-api-start-'))
    await writeFile(join(folder, 'index.html'), '<title>Tributary</title>')
    // These two run somewhere else until the test lets the API see them.
    postgres = await startPostgres()
    clickhouse = await startServer()
    const dead = async () => `http://127.0.0.1:${await freePort()}`
    url = await dead()
    configuration = readConfiguration({
      API_URL: url,
      RPC_URL: await dead(),
      SUBGRAPH_URL: `${await dead()}/subgraphs/name/tributary`,
      DATABASE_URL: `postgres://tributary:tributary@127.0.0.1:${await freePort()}/postgres`,
      CLICKHOUSE_URL: await dead(),
      JOBS_URL: await dead(),
      ENGINE_URL: await dead(),
      CAS_URL: await dead(),
      DA_URL: await dead(),
      TRIBUTARY_DATA: folder,
    })
    const schema = await readFile(join(import.meta.dirname, '../graphql/schema.graphql'), 'utf8')
    api = await startApi({ configuration, pages: folder, schema })
  })
  after(async () => {
    await api.stop()
    await database?.stop()
    await clickhouse.stop()
    await postgres.stop()
    await rm(folder, { recursive: true })
  })

  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${url}${path}`, init)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    return { status: response.status, text, json: isJson ? JSON.parse(text) : null }
  }
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    get(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const chat = (key = 'trb_x') =>
    post(
      '/v1/chat/completions',
      { model: 'base', messages: [{ role: 'user', content: 'Hi' }] },
      { authorization: `Bearer ${key}` },
    )
  const waitsFor = (what: RegExp) =>
    eventually(async () => {
      const { status, json } = await get('/v1/models')
      assert.equal(status, 503)
      assert.equal(json.error.code, 'starting')
      return what.test(json.error.message) ? json.error.message : undefined
    }, `waiting for ${what}`)

  it('serves its pages and its health with nothing else there', async () => {
    assert.deepEqual((await get('/health')).json, { ok: true, ready: false })
    for (const page of ['/', '/chat', '/inference/5?tab=receipt']) {
      const { status, text } = await get(page)
      assert.deepEqual([status, text], [200, '<title>Tributary</title>'], page)
    }
    const { json } = await get('/v1/status')
    assert.deepEqual(json, { url, ready: false, loop: 'running', step: null, inferences: 0 })
  })

  it('tells a wrong address from a page', async () => {
    for (const [method, path] of [
      ['GET', '/v1/nonsense'],
      ['POST', '/nonsense'],
      ['DELETE', '/v1/models'],
    ] as const) {
      const { status, json } = await get(path, { method })
      assert.equal(status, 404, path)
      assert.equal(json.error.message, `there is no ${method} ${path}`)
    }
  })

  it('lets pages of other origins read', async () => {
    const options = await fetch(`${url}/graphql`, { method: 'OPTIONS' })
    assert.equal(options.status, 204)
    assert.equal(options.headers.get('access-control-allow-origin'), '*')
    assert.match(options.headers.get('access-control-allow-headers') ?? '', /authorization/)
    assert.equal((await fetch(`${url}/health`)).headers.get('access-control-allow-origin'), '*')
  })

  it('says that the database is missing wherever it is needed', async () => {
    await waitsFor(/waits for the database: connect ECONNREFUSED/)
    const answers = [
      await chat(),
      await get('/v1/receipts/1'),
      await get('/v1/loop'),
      await get('/v1/loop/stream'),
      await get('/v1/deployment'),
      await get('/v1/index/segments?datanetId=1'),
      await post('/v1/training', {}),
    ]
    for (const { status, json } of answers) {
      assert.equal(status, 503)
      assert.deepEqual([json.error.code, json.error.type], ['starting', 'server_error'])
    }
    const graphql = await post('/graphql', { query: '{ asOf { indexedAt } }' })
    assert.equal(graphql.status, 503)
    assert.match(graphql.json.errors[0].message, /waits for the database/)
  })

  it('goes on as the parts come, and names the next that is missing', async (context) => {
    database = await forward(postgres.url, portOf(configuration.databaseUrl))
    await waitsFor(/waits for the deployment: .*deployment\.json is not there yet/)
    assert.deepEqual((await get('/v1/loop')).json, { events: [] })
    assert.equal((await get('/v1/status')).json.loop, 'idle')

    const contracts = Object.fromEntries(
      contractNames.map((name, at) => [name, `0x${String(at + 1).padStart(40, '0')}`]),
    )
    const deployment = { v: 1, chainId: 31337, preset: 'local', startBlock: 1, serviceId: 1 }
    await writeFile(configuration.deploymentFile, JSON.stringify({ ...deployment, contracts }))
    const message = await waitsFor(/waits for the analytics: /)
    assert.match(message, /ECONNREFUSED/)

    const manifest = modelManifestBytes({
      ...{ v: 1, kind: 'base', alias: 'base', version: 1, base: BASE_HASH, adapter: null },
      ...{ datanets: [], config: null, features: null, training: null, licence: 'Apache-2.0' },
    })
    const manifestHash = createHash('sha256').update(manifest).digest('hex')
    const analytics = await forward(clickhouse.url, portOf(configuration.clickhouseUrl))
    const content = await serve((request, response) => {
      response.end(request.url === `/cas/${manifestHash}` ? manifest : '')
    }, portOf(configuration.casUrl))
    const row = {
      modelId: '1',
      owner: { accountId: '1' },
      weightsHash: BASE_HASH,
      manifestHash: `0x${manifestHash}`,
      timestamp: '1790000000',
      trainings: [],
    }
    const subgraph = await serve(
      (_request, response) => sendJson(response, { data: { models: [row] } }),
      portOf(configuration.subgraphUrl),
    )
    for (const part of [analytics, content, subgraph]) context.after(() => part.stop())
    const ready = await eventually(async () => {
      const { json } = await get('/health')
      return json.ready ? json : undefined
    }, 'the API’s readiness')
    assert.deepEqual(ready, { ok: true, ready: true })

    const models = await get('/v1/models')
    assert.deepEqual(
      models.json.data.map(({ id }: { id: string }) => id),
      ['base@1'],
    )
    const { json } = await get('/v1/deployment')
    assert.equal(json.rpcUrl, configuration.rpcUrl)

    // All is there now but the chain and the engine.
    const app = await openDatabase(databaseUrl({ databaseUrl: postgres.url }, 'app'))
    context.after(() => app.destroy())
    await addKey(app, { key: 'trb_ours' })
    const refused = await chat('trb_ours')
    assert.deepEqual([refused.status, refused.json.error.code], [503, 'chain_unavailable'])
    assert.match(refused.json.error.message, /the chain does not answer: /)
    const graphql = await post('/graphql', { query: '{ asOf { indexedAt } }' })
    assert.equal(graphql.json.errors[0].extensions.code, 'CHAIN_UNAVAILABLE')
    assert.match(graphql.json.errors[0].extensions.hint, /RPC_URL/)
    assert.equal((await chat('trb_other')).status, 401)
    const training = await post(
      '/v1/training',
      { datanetIds: ['1'], alias: 'guide' },
      { authorization: 'Bearer trb_ours' },
    )
    assert.deepEqual([training.status, training.json.error.code], [503, 'jobs_unavailable'])
  })

  it('names the part that goes away later, and works when it is back', async () => {
    const missing = await get('/v1/receipts/281474976710657')
    assert.deepEqual([missing.status, missing.json.error.code], [404, 'receipt_not_found'])
    const unknown = await post('/graphql', { query: '{ models { modelId } }' })
    assert.equal(unknown.json.errors[0].extensions.code, 'INDEX_UNAVAILABLE')
    await database.stop()
    const away = await chat('trb_ours')
    assert.deepEqual([away.status, away.json.error.code], [503, 'database_unavailable'])
    assert.equal((await get('/health')).status, 200)
    database = await forward(postgres.url, portOf(configuration.databaseUrl))
    await eventually(
      async () => ((await chat('trb_other')).status === 401 ? true : undefined),
      '401',
    )
  })

  it('stops at once although somebody follows it', async () => {
    const stream = await fetch(`${url}/v1/loop/stream`)
    assert.equal(stream.status, 200)
    const started = Date.now()
    await api.stop()
    assert.ok(Date.now() - started < 3000)
    await assert.rejects(stream.text())
    await assert.rejects(fetch(`${url}/health`))
  })
})

function portOf(at: string): number {
  return Number(new URL(at).port)
}

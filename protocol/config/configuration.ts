import { TributaryError } from '../errors/tributaryError.ts'

/** The environment does not describe a system that can run. */
export class ConfigurationError extends TributaryError {}

/** Where every part of the system is found. URLs carry no trailing slash. */
export interface Configuration {
  /** The GraphQL API, the gateway and the pages. */
  apiUrl: string
  /** JSON-RPC of the L2. */
  rpcUrl: string
  /** GraphQL of the subgraph, `…/subgraphs/name/tributary`. */
  subgraphUrl: string
  /** One Postgres cluster; see `databaseUrl` for the URL of one of its databases. */
  databaseUrl: string
  /** ClickHouse over HTTP. */
  clickhouseUrl: string
  /** Job state over HTTP, `workers/control`. */
  jobsUrl: string
  /** The OpenAI-compatible engine. */
  engineUrl: string
  /** The content-addressed store. */
  casUrl: string
  /** The Alt-DA store. */
  daUrl: string
  /** Deployment and status of the embedded subgraph host. */
  indexerUrl: string
  /** Folder that holds the embedded parts' data. */
  dataFolder: string
  /** First port of the embedded parts. */
  port: number
  /** JSON file with chainId, startBlock and contract addresses. */
  deploymentFile: string
  /** `smollm2`, or a local Hugging Face folder. */
  model: string
  /** Private keys as given; `keysForChain` says which to use. */
  keys: { deployer: string | null; service: string | null; keeper: string | null }
}

/** Ports of the embedded parts, counted from `TRIBUTARY_PORT`. */
export const PORT_OFFSETS = {
  api: 0,
  rpc: 1,
  subgraph: 2,
  postgres: 3,
  clickhouse: 4,
  jobs: 5,
  engine: 6,
  cas: 7,
  da: 8,
  indexer: 9,
} as const

/** Every environment variable that the system reads. */
export const ENVIRONMENT_VARIABLES = [
  'API_URL',
  'RPC_URL',
  'SUBGRAPH_URL',
  'DATABASE_URL',
  'CLICKHOUSE_URL',
  'JOBS_URL',
  'ENGINE_URL',
  'CAS_URL',
  'DA_URL',
  'INDEXER_URL',
  'TRIBUTARY_DATA',
  'TRIBUTARY_PORT',
  'TRIBUTARY_DEPLOYMENT',
  'TRIBUTARY_MODEL',
  'DEPLOYER_KEY',
  'SERVICE_KEY',
  'KEEPER_KEY',
] as const

const DEFAULT_PORT = 4100
const LAST_OFFSET = Math.max(...Object.values(PORT_OFFSETS))

/**
 * Reads the one configuration of the system. What is not given points to the embedded part
 * on 127.0.0.1.
 *
 * @example
 * const { rpcUrl, casUrl } = readConfiguration(process.env)
 */
export function readConfiguration(
  env: Readonly<Record<string, string | undefined>>,
): Configuration {
  const given = (name: string): string | null => {
    const value = env[name]?.trim()
    return value === undefined || value === '' ? null : value
  }
  const port = readPort(given('TRIBUTARY_PORT'))
  const at = (part: keyof typeof PORT_OFFSETS) => `127.0.0.1:${port + PORT_OFFSETS[part]}`
  const url = (
    name: string,
    fallback: string,
    protocols: readonly string[] = ['http:', 'https:'],
  ) => checkUrl(name, given(name) ?? fallback, protocols)
  const dataFolder = given('TRIBUTARY_DATA') ?? '.tributary'
  return {
    apiUrl: url('API_URL', `http://${at('api')}`),
    rpcUrl: url('RPC_URL', `http://${at('rpc')}`, ['http:', 'https:', 'ws:', 'wss:']),
    subgraphUrl: url('SUBGRAPH_URL', `http://${at('subgraph')}/subgraphs/name/tributary`),
    databaseUrl: url('DATABASE_URL', `postgres://tributary:tributary@${at('postgres')}/postgres`, [
      'postgres:',
      'postgresql:',
    ]),
    clickhouseUrl: url('CLICKHOUSE_URL', `http://${at('clickhouse')}`),
    jobsUrl: url('JOBS_URL', `http://${at('jobs')}`),
    engineUrl: url('ENGINE_URL', `http://${at('engine')}`),
    casUrl: url('CAS_URL', `http://${at('cas')}`),
    daUrl: url('DA_URL', `http://${at('da')}`),
    indexerUrl: url('INDEXER_URL', `http://${at('indexer')}`),
    dataFolder,
    port,
    deploymentFile: given('TRIBUTARY_DEPLOYMENT') ?? `${dataFolder}/deployment.json`,
    model: given('TRIBUTARY_MODEL') ?? 'smollm2',
    keys: {
      deployer: readKey('DEPLOYER_KEY', given('DEPLOYER_KEY')),
      service: readKey('SERVICE_KEY', given('SERVICE_KEY')),
      keeper: readKey('KEEPER_KEY', given('KEEPER_KEY')),
    },
  }
}

function readPort(text: string | null): number {
  if (text === null) return DEFAULT_PORT
  const port = Number(text)
  if (!/^[0-9]+$/.test(text) || port < 1 || port + LAST_OFFSET > 65535) {
    throw new ConfigurationError(`TRIBUTARY_PORT is "${text}"`, {
      code: 'configuration_port',
      hint: `Give a whole number from 1 to ${65535 - LAST_OFFSET}; ports up to ${LAST_OFFSET} above it are used too.`,
    })
  }
  return port
}

function checkUrl(name: string, text: string, protocols: readonly string[]): string {
  const url = URL.parse(text)
  if (url === null || !protocols.includes(url.protocol)) {
    // The value may hold a password, so only the variable is named.
    throw new ConfigurationError(
      `${name} is not a URL that starts with ${protocols.join(' or ')}`,
      {
        code: 'configuration_url',
        hint: `Correct ${name}, or leave it out to use the embedded part.`,
      },
    )
  }
  return text.replace(/\/+$/, '')
}

function readKey(name: string, text: string | null): string | null {
  if (text !== null && !/^0x[0-9a-fA-F]{64}$/.test(text)) {
    throw new ConfigurationError(`${name} is not a private key`, {
      code: 'configuration_key',
      hint: `${name} takes 0x and 64 hex digits.`,
    })
  }
  return text
}

import { PORT_OFFSETS, readConfiguration } from '@tributary/protocol/config/configuration'

/** The variable that names each part, and its place among the embedded ports. */
const PARTS = {
  API_URL: 'api',
  RPC_URL: 'rpc',
  SUBGRAPH_URL: 'subgraph',
  DATABASE_URL: 'postgres',
  CLICKHOUSE_URL: 'clickhouse',
  JOBS_URL: 'jobs',
  ENGINE_URL: 'engine',
  CAS_URL: 'cas',
  DA_URL: 'da',
} as const satisfies Record<string, keyof typeof PORT_OFFSETS>

export type UrlName = keyof typeof PARTS

/** The URL of every part, and which of them this machine has to start itself. */
export interface Urls {
  urls: Record<UrlName, string>
  embedded: { name: UrlName; port: number }[]
}

/** Takes each part's URL from the environment, or else a loopback one counted from `basePort`. */
export function partUrls(env: NodeJS.ProcessEnv, basePort: number): Urls {
  const configuration = readConfiguration({ ...env, TRIBUTARY_PORT: String(basePort) })
  const names = Object.keys(PARTS) as UrlName[]
  return {
    urls: {
      API_URL: configuration.apiUrl,
      RPC_URL: configuration.rpcUrl,
      SUBGRAPH_URL: configuration.subgraphUrl,
      DATABASE_URL: configuration.databaseUrl,
      CLICKHOUSE_URL: configuration.clickhouseUrl,
      JOBS_URL: configuration.jobsUrl,
      ENGINE_URL: configuration.engineUrl,
      CAS_URL: configuration.casUrl,
      DA_URL: configuration.daUrl,
    },
    embedded: names
      .filter((name) => !env[name])
      .map((name) => ({ name, port: basePort + PORT_OFFSETS[PARTS[name]] })),
  }
}

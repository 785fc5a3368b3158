/** The ports of the embedded parts, counted from the base port. */
const OFFSETS = {
  API_URL: 0,
  RPC_URL: 1,
  SUBGRAPH_URL: 2,
  DATABASE_URL: 3,
  CLICKHOUSE_URL: 4,
  JOBS_URL: 5,
  ENGINE_URL: 6,
  CAS_URL: 7,
  DA_URL: 8,
} as const

export type UrlName = keyof typeof OFFSETS

/** The URL of every part, and which of them this machine has to start itself. */
export interface Urls {
  urls: Record<UrlName, string>
  embedded: { name: UrlName; port: number }[]
}

/** Takes each part's URL from the environment, or else a loopback one counted from `basePort`. */
export function partUrls(env: NodeJS.ProcessEnv, basePort: number): Urls {
  const urls = {} as Record<UrlName, string>
  const embedded: Urls['embedded'] = []
  for (const name of Object.keys(OFFSETS) as UrlName[]) {
    const given = env[name]
    if (given) {
      urls[name] = given
      continue
    }
    const port = basePort + OFFSETS[name]
    embedded.push({ name, port })
    urls[name] =
      name === 'DATABASE_URL'
        ? `postgres://tributary:tributary@127.0.0.1:${port}`
        : name === 'SUBGRAPH_URL'
          ? `http://127.0.0.1:${port}/subgraphs/name/tributary`
          : `http://127.0.0.1:${port}`
  }
  return { urls, embedded }
}

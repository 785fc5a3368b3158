import { ToolError } from '../toolError.ts'

/** A deployment as the status route of this host, or of a graph-node, tells of it. */
export interface HostStatus {
  readonly subgraph: string
  readonly synced: boolean
  readonly health: 'healthy' | 'unhealthy' | 'failed'
  readonly entityCount: string
  readonly paused: boolean | null
  readonly fatalError: HostError | null
  readonly nonFatalErrors: readonly HostError[]
  readonly chains: readonly {
    readonly network: string
    readonly chainHeadBlock: { readonly number: string } | null
    readonly latestBlock: { readonly number: string; readonly hash: string } | null
  }[]
}

export interface HostError {
  readonly message: string
  readonly handler: string | null
  readonly block: { readonly number: string; readonly hash: string } | null
}

const STATUS = `{
  indexingStatuses {
    subgraph synced health entityCount paused
    fatalError { message handler block { number hash } }
    nonFatalErrors { message handler block { number hash } }
    chains { network chainHeadBlock { number } latestBlock { number hash } }
  }
}`

/** What runs on a host. @param url base of its status route. */
export async function askStatus(url: string): Promise<readonly HostStatus[]> {
  const answer = (await post(`${url}/graphql`, { query: STATUS })) as {
    data?: { indexingStatuses: HostStatus[] }
    errors?: { message: string }[]
  }
  if (answer.data) return answer.data.indexingStatuses
  const reason = answer.errors?.[0]?.message ?? 'no status in its answer'
  throw new ToolError(
    `${url}/graphql: ${reason}; name the base of a host's query routes with --url`,
  )
}

/** The deployment that a name points to on a host. @throws ToolError when there is none. */
export async function askDeployment(url: string, name: string): Promise<string> {
  const query =
    'query ($name: String!) { indexingStatusForCurrentVersion(subgraphName: $name) { subgraph } }'
  const answer = (await post(`${url}/graphql`, { query, variables: { name } })) as {
    data?: { indexingStatusForCurrentVersion: { subgraph: string } | null }
  }
  const found = answer.data?.indexingStatusForCurrentVersion
  if (found) return found.subgraph
  throw new ToolError(`${url} serves nothing under the name ${name}`)
}

/** One request to a host's admin route. @throws ToolError with the host's reason. */
export async function askAdmin(url: string, method: string, params: object): Promise<unknown> {
  const answer = (await post(`${url}/`, { jsonrpc: '2.0', id: 1, method, params })) as {
    result?: unknown
    error?: { message: string }
  }
  if (answer.error) throw new ToolError(`${method} at ${url}: ${answer.error.message}`)
  return answer.result
}

/** Uploads a file to a host. @returns its content id. */
export async function upload(url: string, bytes: Uint8Array): Promise<string> {
  const form = new FormData()
  form.set('file', new Blob([bytes as BlobPart]))
  const response = await send(`${url}/api/v0/add`, { method: 'POST', body: form })
  const answer = (await response.json().catch(() => ({}))) as { Hash?: string; Message?: string }
  if (answer.Hash !== undefined) return answer.Hash
  throw new ToolError(`${url} took no upload: ${answer.Message ?? `HTTP ${response.status}`}`)
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  try {
    return await response.json()
  } catch (cause) {
    throw new ToolError(
      `${url} answers with HTTP ${response.status} and no JSON, as no host of subgraphs does: name another URL`,
      { cause },
    )
  }
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (cause) {
    const reason = (cause as Error).cause instanceof Error ? (cause as Error).cause : cause
    throw new ToolError(
      `no host answers at ${url} (${(reason as Error).message}): start one with \`tributary-subgraph dev\`, or name another URL`,
      { cause },
    )
  }
}

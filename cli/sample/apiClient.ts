/** The API did not do what the loop asked of it. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string

  constructor(what: string, status: number, code: string, message: string) {
    super(`${what}: ${message} (${status} ${code})`)
    this.name = 'ApiError'
    this.status = status
    this.code = code
  }
}

/** The API over HTTP, as the loop uses it; a busy or restarting API is asked again. */
export interface ApiClient {
  url: string
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
  put(path: string, bytes: Uint8Array): Promise<void>
  graphql<T>(query: string, variables?: Record<string, unknown>): Promise<T>
}

/** How long an API that is away is waited for: a restart and a slow machine. */
const PATIENCE_MS = 120_000

export function createApiClient(url: string, apiKey: string): ApiClient {
  async function call(method: string, path: string, body?: Uint8Array | string): Promise<Response> {
    const deadline = Date.now() + PATIENCE_MS
    for (let waitMs = 200; ; waitMs = Math.min(2000, waitMs * 2)) {
      let response: Response | undefined
      let reason = 'it does not answer'
      try {
        response = await fetch(`${url}${path}`, {
          method,
          headers: {
            authorization: `Bearer ${apiKey}`,
            ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
          },
          ...(body === undefined ? {} : { body: body as BodyInit }),
        })
        if (response.status !== 503) return response
        reason = await messageOf(response)
      } catch (error) {
        reason = (error as Error).message
      }
      if (Date.now() > deadline) {
        throw new ApiError(`${method} ${path}`, response?.status ?? 0, 'unavailable', reason)
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }

  async function json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await call(method, path, body === undefined ? undefined : JSON.stringify(body))
    if (!response.ok) throw await refusal(method, path, response)
    return (await response.json()) as T
  }

  return {
    url,
    get: (path) => json('GET', path),
    post: (path, body) => json('POST', path, body),
    async put(path, bytes) {
      const response = await call('PUT', path, bytes)
      if (!response.ok) throw await refusal('PUT', path, response)
      await response.body?.cancel()
    },
    async graphql<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
      const deadline = Date.now() + PATIENCE_MS
      for (;;) {
        const answer = await json<{
          data?: T
          errors?: { message: string; extensions?: { code?: string } }[]
        }>('POST', '/graphql', { query, variables })
        if (!answer.errors && answer.data) return answer.data
        const [error] = answer.errors ?? []
        const code = error?.extensions?.code ?? 'unknown'
        // A part that is away or behind comes back.
        if (!/^(\w+_UNAVAILABLE|INDEX_BEHIND|STARTING)$/.test(code) || Date.now() > deadline) {
          throw new ApiError('GraphQL', 200, code, error?.message ?? 'no data')
        }
        await new Promise((resolve) => setTimeout(resolve, 500))
      }
    },
  }
}

async function refusal(method: string, path: string, response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as {
    error?: { message?: string; code?: string }
  } | null
  return new ApiError(
    `${method} ${path}`,
    response.status,
    body?.error?.code ?? 'unknown',
    body?.error?.message ?? response.statusText,
  )
}

async function messageOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => null)) as { error?: { message?: string } } | null
  return body?.error?.message ?? `HTTP ${response.status}`
}

import { CliError } from '../command/CliError.ts'

/** The API as the commands use it. */
export interface Api {
  url: string
  /** JSON of a path. */
  get(path: string): Promise<unknown>
  /** JSON of a path, or null where there is nothing (404). */
  find(path: string): Promise<unknown>
  /** Bytes of a path, or null where there is nothing (404). */
  bytes(path: string): Promise<Uint8Array | null>
  put(path: string, body: Uint8Array): Promise<void>
  /** Posts JSON and gives the answer as it comes. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
}

const TIMEOUT_MS = 60_000
/** Answers of a language model may take long; a line that is silent for good does not. */
const POST_TIMEOUT_MS = 600_000

/** What the API sends with every refusal. */
interface Refusal {
  error?: { code?: string; message?: string; hint?: string | null }
}

/** Connects to the API at `url`. Every failure becomes one clear CliError. */
export function createApi(url: string): Api {
  async function call(path: string, init: RequestInit, accepted: readonly number[] = []) {
    let response: Response
    try {
      response = await fetch(url + path, { signal: AbortSignal.timeout(TIMEOUT_MS), ...init })
    } catch (cause) {
      throw new CliError(`the API at ${url} does not answer`, {
        code: 'api_unreachable',
        hint: 'Start it with "npm start", or set API_URL to where it runs.',
        cause,
      })
    }
    if (response.ok || accepted.includes(response.status)) return response
    const said = await response
      .json()
      .then((json: Refusal) => json.error)
      .catch(() => undefined)
    throw new CliError(
      said?.message ?? `the API refused ${init.method ?? 'GET'} ${path}: HTTP ${response.status}`,
      {
        code: said?.code ?? `api_http_${response.status}`,
        ...(said?.hint ? { hint: said.hint } : {}),
      },
    )
  }
  async function found(path: string): Promise<Response | null> {
    const response = await call(path, {}, [404])
    if (response.status !== 404) return response
    await response.body?.cancel()
    return null
  }
  return {
    url,
    get: async (path) => (await call(path, {})).json(),
    find: async (path) => (await found(path))?.json() ?? null,
    bytes: async (path) => {
      const response = await found(path)
      return response === null ? null : new Uint8Array(await response.arrayBuffer())
    },
    put: async (path, body) => {
      const response = await call(path, {
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream' },
        body: body as Uint8Array<ArrayBuffer>,
      })
      await response.arrayBuffer()
    },
    post: (path, body, headers = {}) =>
      call(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(POST_TIMEOUT_MS),
      }),
  }
}

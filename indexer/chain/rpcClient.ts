/** A request that the node answered with an error. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: number
  readonly data: unknown
  readonly method: string

  constructor(method: string, code: number, message: string, data: unknown) {
    super(`${method}: ${message} (code ${code})`)
    this.method = method
    this.code = code
    this.data = data
  }
}

/** A node that cannot be reached, or whose answer is none of JSON-RPC. */
export class RpcUnreachableError extends Error {
  override readonly name = 'RpcUnreachableError'
}

/** One request: method and parameters. */
export type RpcCall = readonly [method: string, ...parameters: unknown[]]

/** Settings of an {@link RpcClient}. */
export interface RpcClientOptions {
  /** Requests sent in one HTTP body at most. */
  readonly batchSize?: number
  /** HTTP bodies under way at the same time. */
  readonly concurrency?: number
  /** Tries of a body that is not answered, beside the first; waits double from `retryMs`. */
  readonly retries?: number
  readonly retryMs?: number
  readonly timeoutMs?: number
}

interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** Codes and texts with which providers say "too fast, come again". */
const RATE_LIMIT = /rate limit|too many requests|exceeded.*(capacity|compute)|-32005/i

/** JSON-RPC over HTTP with batches, retries and a bound on what is under way. */
export class RpcClient {
  readonly #url: string
  /** Host without path and query, which may hold a key. */
  readonly #name: string
  readonly #concurrency: number
  readonly #retries: number
  readonly #retryMs: number
  readonly #timeoutMs: number
  readonly #waiting: (() => void)[] = []
  #batchSize: number
  #running = 0
  #nextId = 1

  constructor(url: string, options: RpcClientOptions = {}) {
    this.#url = url
    this.#name = new URL(url).host
    this.#batchSize = options.batchSize ?? 100
    this.#concurrency = options.concurrency ?? 4
    this.#retries = options.retries ?? 4
    this.#retryMs = options.retryMs ?? 250
    this.#timeoutMs = options.timeoutMs ?? 30_000
  }

  /**
   * @throws RpcError when the node refuses; RpcUnreachableError when it does not answer.
   */
  async call<Result>(...call: RpcCall): Promise<Result> {
    const [result] = await this.settle([call])
    if (result instanceof RpcError) throw result
    return result as Result
  }

  /** Like {@link call} for many requests; the first error is thrown. */
  async callAll<Result>(calls: readonly RpcCall[]): Promise<Result[]> {
    const results = await this.settle(calls)
    const failed = results.find((result) => result instanceof RpcError)
    if (failed) throw failed
    return results as Result[]
  }

  /** The results in the order of the requests, with an RpcError where the node refused. */
  async settle(calls: readonly RpcCall[]): Promise<unknown[]> {
    const parts: Promise<unknown[]>[] = []
    for (let start = 0; start < calls.length; start += this.#batchSize) {
      parts.push(this.#send(calls.slice(start, start + this.#batchSize)))
    }
    return (await Promise.all(parts)).flat()
  }

  async #send(calls: readonly RpcCall[]): Promise<unknown[]> {
    for (let attempt = 0; ; attempt++) {
      try {
        const results = await this.#turn(() => this.#post(calls))
        const limited = results.some(
          (result) => result instanceof RpcError && RATE_LIMIT.test(result.message),
        )
        if (!limited || attempt >= this.#retries) return results
      } catch (error) {
        if (!(error instanceof RpcUnreachableError) || attempt >= this.#retries) throw error
        if (error.cause instanceof BatchRefused) {
          // The provider takes single requests only, or smaller batches.
          this.#batchSize = Math.max(1, Math.floor(calls.length / 2))
          return this.settle(calls)
        }
      }
      const wait = this.#retryMs * 2 ** attempt * (0.75 + Math.random() / 2)
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }

  async #post(calls: readonly RpcCall[]): Promise<unknown[]> {
    const requests = calls.map(([method, ...params]) => ({
      jsonrpc: '2.0',
      id: this.#nextId++,
      method,
      params,
    }))
    const single = requests.length === 1
    const answer = await this.#fetch(single ? requests[0] : requests)
    if (!single && !Array.isArray(answer)) {
      throw new RpcUnreachableError(
        `the RPC node ${this.#name} refused a batch of ${calls.length} requests`,
        {
          cause: new BatchRefused(),
        },
      )
    }
    const byId = new Map((single ? [answer] : (answer as unknown[])).map((one) => [idOf(one), one]))
    return requests.map(({ id, method }) => {
      const one = byId.get(id) as Answer | undefined
      if (one === undefined) {
        throw new RpcUnreachableError(`the RPC node ${this.#name} left out the answer to ${method}`)
      }
      if (one.error === undefined) return one.result
      return new RpcError(method, one.error.code, one.error.message, one.error.data)
    })
  }

  async #fetch(body: unknown): Promise<unknown> {
    let response: Response
    try {
      response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(this.#timeoutMs),
      })
      if (response.ok) return await response.json()
    } catch (cause) {
      throw new RpcUnreachableError(
        `the RPC node ${this.#name} does not answer: ${reasonOf(cause)}`,
        { cause },
      )
    }
    await response.body?.cancel()
    const refusedBatch = Array.isArray(body) && (response.status === 413 || response.status === 400)
    throw new RpcUnreachableError(
      `the RPC node ${this.#name} answers with HTTP status ${response.status}`,
      {
        cause: refusedBatch ? new BatchRefused() : undefined,
      },
    )
  }

  async #turn<Result>(run: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#concurrency) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#running += 1
    try {
      return await run()
    } finally {
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }
}

class BatchRefused extends Error {}

function idOf(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null ? (answer as Answer).id : undefined
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error ? `${message} (${cause.message})` : message
}

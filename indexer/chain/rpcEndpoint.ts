import { RpcError, RpcUnreachableError } from './rpcErrors.ts'
import type { RpcObserver } from './rpcObserver.ts'

/** One request: method and parameters. */
export type RpcCall = readonly [method: string, ...parameters: unknown[]]

/** Settings of an {@link RpcEndpoint}. */
export interface RpcEndpointOptions {
  readonly name: string
  /** Requests sent in one HTTP body at most. */
  readonly batchSize: number
  /** HTTP bodies under way at the same time. */
  readonly concurrency: number
  readonly timeoutMs: number
  readonly observer?: RpcObserver
}

interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** The longest that an endpoint which keeps failing is left alone. */
const MAX_REST_MS = 60_000
/** Rest after a first failure; it doubles with each further one in a row. */
const FIRST_REST_MS = 500

/** One JSON-RPC URL: its batches, how many requests it takes at once, and how it has been doing. */
export class RpcEndpoint {
  /** Without path and query, which may hold a key. */
  readonly name: string
  /** Whether its chain was seen to be the one that is indexed. */
  verified = false
  /** Whether it serves another chain, so that it is never asked again. */
  foreign = false
  readonly #url: string
  readonly #concurrency: number
  readonly #timeoutMs: number
  readonly #observer: RpcObserver | undefined
  readonly #waiting: (() => void)[] = []
  #batchSize: number
  #running = 0
  #nextId = 1
  #failures = 0
  #restsUntil = 0

  constructor(url: string, options: RpcEndpointOptions) {
    this.#url = url
    this.name = options.name
    this.#batchSize = options.batchSize
    this.#concurrency = options.concurrency
    this.#timeoutMs = options.timeoutMs
    this.#observer = options.observer
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures
  }

  /** Until when others are asked first, as `Date.now()` counts; in the past for a healthy one. */
  get restsUntil(): number {
    return this.#restsUntil
  }

  /** Notes that an answer was good. */
  succeeded(): void {
    this.#failures = 0
  }

  /** Notes a failure: others are asked first for a while that doubles with each one in a row. */
  failed(): void {
    const rest = Math.min(MAX_REST_MS, FIRST_REST_MS * 2 ** Math.min(this.#failures, 10))
    this.#failures += 1
    this.rest(rest * (0.75 + Math.random() / 2))
  }

  /** Has others asked first for so many milliseconds. */
  rest(ms: number): void {
    this.#restsUntil = Math.max(this.#restsUntil, Date.now() + ms)
  }

  /**
   * Sends requests, in as many bodies as the provider takes them, and gives the results in their
   * order, with an RpcError where the node refused.
   *
   * @throws RpcUnreachableError when one of the bodies is not answered.
   */
  async send(calls: readonly RpcCall[]): Promise<unknown[]> {
    const parts: Promise<unknown[]>[] = []
    for (let start = 0; start < calls.length; start += this.#batchSize) {
      parts.push(this.#sendBody(calls.slice(start, start + this.#batchSize)))
    }
    return (await Promise.all(parts)).flat()
  }

  async #sendBody(calls: readonly RpcCall[]): Promise<unknown[]> {
    try {
      return await this.#turn(() => this.#post(calls))
    } catch (error) {
      if (!(error instanceof BatchRefused)) throw error
      // The provider takes single requests only, or smaller batches.
      this.#batchSize = Math.max(1, Math.min(this.#batchSize, Math.floor(calls.length / 2)))
      return this.send(calls)
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
    const started = performance.now()
    const answer = await this.#fetch(single ? requests[0] : requests)
    const seconds = (performance.now() - started) / 1_000
    this.#observer?.answered(this.name, methodOf(calls), seconds)
    if (!single && !Array.isArray(answer)) {
      throw new BatchRefused(`${this.name} refused a batch of ${calls.length} requests`)
    }
    const byId = new Map((single ? [answer] : (answer as unknown[])).map((one) => [idOf(one), one]))
    return requests.map(({ id, method }) => {
      const one = byId.get(id) as Answer | undefined
      if (one === undefined || (one.error == null && one.result === undefined)) {
        throw new RpcUnreachableError(`the RPC node ${this.name} left out the answer to ${method}`)
      }
      if (one.error == null) return one.result
      return new RpcError(method, one.error.code, one.error.message, one.error.data)
    })
  }

  async #fetch(body: object): Promise<unknown> {
    let response: Response
    let text: string
    try {
      response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(this.#timeoutMs),
      })
      text = await response.text()
    } catch (cause) {
      const reason = reasonOf(cause)
      throw new RpcUnreachableError(`the RPC node ${this.name} does not answer: ${reason}`, {
        cause,
      })
    }
    const answer = parse(text)
    if (response.ok) {
      if (answer !== undefined) return answer
      throw new RpcUnreachableError(
        `the RPC node ${this.name} answers with ${text.length} characters that are not whole JSON`,
      )
    }
    const { status } = response
    if (Array.isArray(body)) {
      if (status === 413 || status === 400) {
        throw new BatchRefused(`${this.name} refused a batch with HTTP status ${status}`)
      }
    } else if (isRefusal(answer)) {
      // Some providers say why in JSON-RPC beside the HTTP status, without the request's id.
      return { ...answer, id: (body as Answer).id }
    }
    const wait = Number(response.headers.get('retry-after'))
    if (wait > 0) this.rest(Math.min(MAX_REST_MS, wait * 1_000))
    throw new RpcUnreachableError(`the RPC node ${this.name} answers with HTTP status ${status}`)
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

/** The method that requests sent together have in common, or else the first one's. */
export function methodOf(calls: readonly RpcCall[]): string {
  return calls[0]?.[0] ?? ''
}

class BatchRefused extends Error {}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRefusal(answer: unknown): answer is Answer {
  const error = (answer as Answer | null | undefined)?.error
  return typeof error === 'object' && error !== null && typeof error.message === 'string'
}

function idOf(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null ? (answer as Answer).id : undefined
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error ? `${message} (${cause.message})` : message
}

import { isRateLimit } from './isRateLimit.ts'
import { isRevert } from './isRevert.ts'
import { methodOf, type RpcCall, RpcEndpoint } from './rpcEndpoint.ts'
import { ContradictionError, RpcError, RpcUnreachableError } from './rpcErrors.ts'
import type { RpcObserver } from './rpcObserver.ts'

/** Settings of an {@link RpcClient}. */
export interface RpcClientOptions {
  /** Requests sent in one HTTP body at most. */
  readonly batchSize?: number
  /** HTTP bodies under way at the same time, for each node. */
  readonly concurrency?: number
  /** Rounds over all nodes beside the first; waits between them double from `retryMs`. */
  readonly retries?: number
  readonly retryMs?: number
  readonly timeoutMs?: number
  /** Told of every node that fails or contradicts itself, and why. */
  readonly warn?: (message: string) => void
  readonly observer?: RpcObserver
}

/** How a node has been doing. */
export interface RpcHealth {
  /** Host without path and query, with a number where several have the same. */
  readonly name: string
  /** Failures in a row; 0 for a healthy one. */
  readonly failures: number
  /** Whether it serves another chain than the one that is indexed, and is not asked any more. */
  readonly foreign: boolean
}

/** What tells the chain of the first node from others. */
interface Pin {
  readonly calls: readonly RpcCall[]
  readonly read: (answers: unknown[]) => unknown
  readonly found: string
}

/**
 * JSON-RPC over several nodes of one chain: asks the first healthy one in the order of its URLs,
 * and the next when that one fails, refuses or contradicts itself; after all of them it waits and
 * starts over.
 */
export class RpcClient {
  readonly #endpoints: readonly RpcEndpoint[]
  readonly #retries: number
  readonly #retryMs: number
  readonly #warn: (message: string) => void
  readonly #observer: RpcObserver | undefined
  #pin: Pin | null = null

  /** @param urls one URL or several, separated by commas; the first is preferred. */
  constructor(urls: string, options: RpcClientOptions = {}) {
    const list = urls.split(',').flatMap((url) => url.trim() || [])
    if (list.length === 0) throw new Error('no RPC URL is given: name one or several in RPC_URL')
    const hosts = list.map((url) => new URL(url).host)
    this.#endpoints = list.map(
      (url, at) =>
        new RpcEndpoint(url, {
          name: nodeName(hosts, at),
          batchSize: options.batchSize ?? 100,
          concurrency: options.concurrency ?? 4,
          timeoutMs: options.timeoutMs ?? 30_000,
          observer: options.observer,
        }),
    )
    this.#retries = options.retries ?? 4
    this.#retryMs = options.retryMs ?? 250
    this.#warn = options.warn ?? (() => {})
    this.#observer = options.observer
    for (const node of this.#endpoints) this.#observe(node)
  }

  get health(): RpcHealth[] {
    return this.#endpoints.map(({ name, failures, foreign }) => ({ name, failures, foreign }))
  }

  /**
   * @throws RpcError when the nodes refuse; RpcUnreachableError when none answers.
   */
  async call<Result>(...call: RpcCall): Promise<Result> {
    const [result] = await this.callAll<Result>([call])
    return result
  }

  /** Like {@link call} for many requests, which one node answers; the first error is thrown. */
  async callAll<Result>(calls: readonly RpcCall[]): Promise<Result[]> {
    return this.ask(calls, (answers) => answers as Result[])
  }

  /**
   * Asks one node, and the next one when `read` finds that its answers cannot be true.
   *
   * @param calls requests, or which ones to send to a node.
   * @param read gets the results in the order of the requests, and the node they are from; throws
   *   ContradictionError.
   * @param errors whether `read` gets an RpcError where the node refused, instead of other nodes
   *   being asked.
   * @throws RpcError, RpcUnreachableError or ContradictionError when no node has a good answer.
   */
  async ask<Result>(
    calls: readonly RpcCall[] | ((node: RpcEndpoint) => readonly RpcCall[]),
    read: (answers: unknown[], node: RpcEndpoint) => Result | Promise<Result>,
    errors = false,
  ): Promise<Result> {
    const asked = new Set<RpcEndpoint>()
    for (let round = 0; ; ) {
      const node = this.#next(asked)
      asked.add(node)
      const sent = typeof calls === 'function' ? calls(node) : calls
      try {
        if (this.#pin !== null && !node.verified) await this.#verify(node, this.#pin)
        const answers = await node.send(sent)
        const refused = answers.find(
          (answer) => answer instanceof RpcError && (!errors || isRateLimit(answer)),
        )
        if (refused !== undefined) throw refused
        const result = await read(answers, node)
        node.succeeded()
        this.#observe(node)
        return result
      } catch (error) {
        if (!mayDoElsewhere(error)) throw error
        const other = this.#endpoints.find((one) => !one.foreign && !asked.has(one))
        const limited = error instanceof RpcError && isRateLimit(error)
        this.#note(node, error as Error, other !== undefined)
        this.#observer?.failed(node.name, methodOf(sent))
        this.#observe(node)
        if (other !== undefined) continue
        // What a node understood and refused, it refuses again.
        if ((error instanceof RpcError && !limited) || round >= this.#retries) throw error
        asked.clear()
        await this.#pause(round)
        round += 1
      }
    }
  }

  /**
   * Asks every node on its own, whatever its health; those that do not answer are left out.
   *
   * @returns what `read` makes of each node's answers.
   */
  async askEach<Result>(
    calls: readonly RpcCall[],
    read: (answers: unknown[], node: RpcEndpoint) => Result,
  ): Promise<Result[]> {
    const asked = this.#endpoints.map(async (node) => {
      if (this.#pin !== null && !node.verified) await this.#verify(node, this.#pin)
      return read(await node.send(calls), node)
    })
    const settled = await Promise.allSettled(asked)
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  }

  /**
   * From now on only nodes are asked whose answers to some requests are those of the first one.
   *
   * @param read what must be the same; throws ContradictionError.
   */
  async pin<Result>(
    calls: readonly RpcCall[],
    read: (answers: unknown[]) => Result,
  ): Promise<Result> {
    this.#pin = null
    for (const node of this.#endpoints) {
      node.verified = false
      node.foreign = false
    }
    return this.ask(calls, (answers, node) => {
      const result = read(answers)
      this.#pin = { calls, read, found: JSON.stringify(result) }
      node.verified = true
      return result
    })
  }

  async #verify(node: RpcEndpoint, pin: Pin): Promise<void> {
    const answers = await node.send(pin.calls)
    const refused = answers.find((answer) => answer instanceof RpcError)
    if (refused !== undefined) throw refused
    const found = JSON.stringify(pin.read(answers))
    node.foreign = found !== pin.found
    node.verified = !node.foreign
    this.#observe(node)
    if (!node.foreign) return
    throw new ContradictionError(
      `it serves another chain (${found}) than the one that is indexed (${pin.found}); it is not asked any more`,
    )
  }

  /** The first healthy node that was not asked yet, or the one that rests the shortest. */
  #next(asked: ReadonlySet<RpcEndpoint>): RpcEndpoint {
    const now = Date.now()
    const left = this.#endpoints.filter((node) => !node.foreign && !asked.has(node))
    const rest = (node: RpcEndpoint) => Math.max(0, node.restsUntil - now)
    return left.reduce((best, node) => (rest(node) < rest(best) ? node : best))
  }

  #note(node: RpcEndpoint, error: Error, another: boolean): void {
    const first = node.failures === 0
    node.failed()
    const then = another ? 'another node is asked' : 'it is asked again'
    if (error instanceof ContradictionError) {
      this.#warn(
        `the RPC node ${node.name} gave an answer that is not used: ${error.message}; ${then}`,
      )
    } else if (first) {
      const named =
        error instanceof RpcUnreachableError ? '' : `the RPC node ${node.name} refuses: `
      this.#warn(`${named}${error.message}; ${then}`)
    }
  }

  #observe({ name, failures, foreign }: RpcEndpoint): void {
    this.#observer?.is(name, failures, foreign)
  }

  async #pause(round: number): Promise<void> {
    const wait = Math.min(10_000, this.#retryMs * 2 ** round) * (0.75 + Math.random() / 2)
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
}

function nodeName(hosts: readonly string[], at: number): string {
  const same = hosts.slice(0, at).filter((host) => host === hosts[at]).length
  return same === 0 ? hosts[at] : `${hosts[at]} (${same + 1})`
}

/** Whether another node, or the same one later, may answer better. */
function mayDoElsewhere(error: unknown): boolean {
  if (error instanceof RpcError) return !isRevert(error)
  return error instanceof RpcUnreachableError || error instanceof ContradictionError
}

import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Random } from '../random.ts'
import type { ChainView, ScriptedBlock, ScriptedChain, ScriptedLog } from './scriptedChain.ts'

interface Request {
  readonly id: number
  readonly method: string
  readonly params: readonly unknown[]
}

interface Failure {
  readonly code: number
  readonly message: string
}

type Answer = { readonly result: unknown } | { readonly error: Failure }

/** What one provider's `eth_getLogs` takes. */
interface Limits {
  readonly blocks: number
  readonly logs: number
  refuse(asked: number): Failure
}

const LIMITS: readonly Limits[] = [
  {
    blocks: 1_000,
    logs: 10_000,
    refuse: () => ({ code: -32005, message: 'query returned more than 10000 results' }),
  },
  {
    blocks: 10,
    logs: 10_000,
    refuse: () => ({ code: -32602, message: 'block range is too wide (maximum 10)' }),
  },
  {
    blocks: 1_000,
    logs: 12,
    refuse: () => ({ code: -32000, message: 'logs matched by query exceeds limit of 12' }),
  },
  {
    blocks: 33,
    logs: 10_000,
    refuse: (asked) => ({ code: -32602, message: `range ${asked} exceeds limit of 33` }),
  },
  { blocks: 25, logs: 10_000, refuse: () => ({ code: -32000, message: 'that is beyond us' }) },
]

const REFUSALS: readonly Failure[] = [
  { code: -32000, message: 'header not found' },
  { code: -32603, message: 'internal error' },
  { code: -32005, message: 'daily request count exceeded, request rate limited' },
  { code: -32000, message: 'missing trie node' },
]

/** What a node does wrong, one thing at a time; `no` answers, or wrong ones. */
export const FAULTS = [
  'status',
  'reset',
  'cut body',
  'left-out answer',
  'refusal',
  'stale',
  'stale answer',
  'cut logs',
  'foreign logs',
  'cut block',
  'cut receipt',
  'lost block',
] as const

export type Fault = (typeof FAULTS)[number]

/** A JSON-RPC server that speaks for a {@link ScriptedChain}, and fails as often as it is told. */
export class ScriptedNode {
  /** Share of the requests in which something goes wrong. */
  faults = 0
  /** Changes every result before it is sent. */
  lie: ((request: Request, result: unknown) => Answer) | null = null
  /** HTTP requests that came in so far. */
  requests = 0
  /** How often each fault happened. */
  readonly done = new Map<Fault, number>()
  readonly #chain: ScriptedChain
  readonly #random: Random
  readonly #server: Server
  readonly #limits: Limits
  /** Whether blocks that were taken back are still known by their hash, as with geth. */
  readonly #keepsOrphans: boolean

  private constructor(chain: ScriptedChain, random: Random) {
    this.#chain = chain
    this.#random = random
    this.#limits = random.pick(LIMITS)
    this.#keepsOrphans = random.chance(0.5)
    this.#server = createServer(async (request, response) => {
      let text = ''
      for await (const chunk of request) text += chunk
      this.#respond(JSON.parse(text), response)
    })
  }

  static async start(chain: ScriptedChain, random: Random): Promise<ScriptedNode> {
    const node = new ScriptedNode(chain, random)
    await new Promise<void>((resolve) => node.#server.listen(0, '127.0.0.1', resolve))
    return node
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #respond(body: Request | Request[], response: ServerResponse): void {
    const random = this.#random
    this.requests += 1
    const fault = random.chance(this.faults) ? random.pick(FAULTS) : null
    const requests = Array.isArray(body) ? body : [body]
    if (fault === 'status') {
      this.#count(fault)
      response.writeHead(random.pick([429, 500, 502, 503])).end('<html>no</html>')
      return
    }
    if (fault === 'reset') {
      this.#count(fault)
      response.destroy()
      return
    }
    const view = fault === 'stale' ? this.#chain.staleView(random) : this.#chain.view
    if (fault === 'stale') this.#count(fault)
    const spoiled = random.between(0, requests.length - 1)
    let answers = requests.map((request, index) => {
      let answer = this.#answer(request, view)
      if (this.lie !== null && 'result' in answer) {
        answer = this.lie(request, answer.result)
      }
      const spoil = fault !== null && (index === spoiled || random.chance(0.2))
      const given = spoil ? this.#spoil(fault, request, answer) : answer
      return { jsonrpc: '2.0', id: request.id, ...given }
    })
    if (fault === 'left-out answer' && answers.length > 1) {
      this.#count(fault)
      answers = answers.filter((_, index) => index !== spoiled)
    }
    let text = JSON.stringify(Array.isArray(body) ? answers : answers[0])
    if (fault === 'cut body') {
      this.#count(fault)
      text = text.slice(0, random.between(1, text.length - 1))
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(text)
  }

  #answer({ method, params }: Request, view: ChainView): Answer {
    const [first, second] = params as [never, never]
    switch (method) {
      case 'eth_chainId':
        return { result: '0x7a69' }
      case 'eth_getBlockByNumber': {
        const block = view.blocks[numberOf(first, view)]
        return { result: block === undefined ? null : rawBlock(block, second === true) }
      }
      case 'eth_getLogs':
        return this.#logs(first, view)
      case 'eth_getTransactionReceipt': {
        for (const block of view.blocks) {
          const receipt = block.receipts.get(first)
          if (receipt !== undefined) return { result: receipt }
        }
        return { result: null }
      }
      case 'eth_call':
        return this.#call(first, second, view)
      default:
        return { error: { code: -32601, message: `the method ${method} does not exist` } }
    }
  }

  #logs(filter: Record<string, unknown>, view: ChainView): Answer {
    const { address, topics, blockHash, fromBlock, toBlock } = filter
    const wanted = (log: ScriptedLog) =>
      (address === undefined || (address as string[]).includes(log.address)) &&
      (topics === undefined || (topics as string[][])[0].includes(log.topics[0]))
    if (blockHash !== undefined) {
      const block = this.#known(blockHash as string, view)
      if (block === null) return { error: { code: -32000, message: 'unknown block' } }
      return { result: block.logs.filter(wanted) }
    }
    const [from, to] = [Number(fromBlock), Number(toBlock)]
    const length = to - from + 1
    const refused = { error: this.#limits.refuse(length) }
    if (length > this.#limits.blocks) return refused
    const logs = view.blocks.slice(from, to + 1).flatMap((block) => block.logs.filter(wanted))
    return logs.length > this.#limits.logs && length > 1 ? refused : { result: logs }
  }

  #call(request: { data: string }, place: { blockHash: string }, view: ChainView): Answer {
    if (this.#known(place.blockHash, view) === null) {
      return { error: { code: -32000, message: 'header not found' } }
    }
    // The selector of `refuse()`.
    if (request.data.startsWith('0x62c69b80')) {
      return { error: { code: 3, message: 'execution reverted: refused' } }
    }
    return { result: `0x${'0'.repeat(62)}2a` }
  }

  #known(hash: string, view: ChainView): ScriptedBlock | null {
    const block = this.#chain.byHash.get(hash)
    if (block === undefined) return null
    const canonical = view.blocks[block.number] === block
    return canonical || this.#keepsOrphans ? block : null
  }

  #spoil(fault: Fault, request: Request, answer: Answer): Answer {
    const spoiled = this.#wrong(fault, request, answer)
    if (spoiled !== answer) this.#count(fault)
    return spoiled
  }

  #wrong(fault: Fault, request: Request, answer: Answer): Answer {
    if (fault === 'refusal') return { error: this.#random.pick(REFUSALS) }
    if (fault === 'stale answer') return this.#answer(request, this.#chain.staleView(this.#random))
    if ('error' in answer || answer.result === null) return answer
    const { result } = answer
    if (request.method === 'eth_getLogs') {
      if (fault === 'cut logs') {
        const logs = (result as unknown[]).filter(() => this.#random.chance(0.5))
        return { result: logs }
      }
      if (fault === 'foreign logs') {
        const stale = this.#answer(request, this.#chain.staleView(this.#random))
        return 'result' in stale ? stale : answer
      }
    }
    if (request.method === 'eth_getBlockByNumber') {
      if (fault === 'lost block') return { result: null }
      if (fault === 'cut block') {
        const block = result as { transactions: unknown[] }
        return { result: { ...block, transactions: block.transactions.slice(0, 1) } }
      }
    }
    if (request.method === 'eth_getTransactionReceipt' && fault === 'cut receipt') {
      return { result: { ...(result as object), logs: [] } }
    }
    return answer
  }

  #count(fault: Fault): void {
    this.done.set(fault, (this.done.get(fault) ?? 0) + 1)
  }
}

function numberOf(place: string, { blocks, safe, finalized }: ChainView): number {
  if (place === 'latest') return blocks.length - 1
  if (place === 'safe') return safe
  if (place === 'finalized') return finalized
  return Number(place)
}

function rawBlock({ header, transactions }: ScriptedBlock, whole: boolean): object {
  const hashes = transactions.map(({ hash }) => hash)
  return { ...header, transactions: whole ? transactions : hashes }
}

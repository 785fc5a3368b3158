import { PossibleReorgError } from '../errors/hostErrors.ts'
import type { BlockPointer, ChainBlock, ChainLog, ChainReceipt } from './chainTypes.ts'
import { type BloomedBlock, doubtLogs, mayMatch } from './doubtLogs.ts'
import type { Finality } from './finality.ts'
import { isOfNoTransaction } from './isOfNoTransaction.ts'
import { type LogFilter, matchesFilter, sortLogs, toLogRequests } from './logFilter.ts'
import { LogRange } from './logRange.ts'
import { LogsBloom } from './logsBloom.ts'
import { parseBlock, parseLog, parseReceipt } from './parseChain.ts'
import type { RpcClient } from './rpcClient.ts'
import type { RpcCall, RpcEndpoint } from './rpcEndpoint.ts'
import { ContradictionError, RpcError } from './rpcErrors.ts'
import { type ShorterRange, shorterRange } from './shorterRange.ts'

/** The newest block of any kind, and how far the chain is settled. */
export interface ChainHeads extends Finality {
  readonly latest: BlockPointer
}

/** Blocks under the newest that count as finalized where a node does not know the tag. */
const ASSUMED_FINALITY = 250
/** How long a chain may stand still before other nodes are asked whether it does. */
const STILL_MS = 10_000

/** Texts with which providers refuse logs of any contract. */
const NEEDS_FILTER = /(specify|require|must|need|missing|without)[^.]*\b(address|topic|filter)/i

type Raw = Record<string, unknown>

/**
 * Reads blocks and logs of a chain. Answers are held against each other and against what was
 * asked; one that cannot be true is not used, but asked for again at another node.
 */
export class ChainReader {
  readonly #rpc: RpcClient
  readonly #warn: (message: string) => void
  readonly #ranges = new WeakMap<RpcEndpoint, LogRange>()
  /** The node that gave the newest list of logs, to be named when it is found wrong. */
  #logsFrom = ''
  #newest = -1
  #newestSince = 0

  /** @param warn told of logs that were found wrong or missing. */
  constructor(rpc: RpcClient, warn: (message: string) => void = () => {}) {
    this.#rpc = rpc
    this.#warn = warn
  }

  /**
   * The heads as one node sees them. When it sees less than was seen before, or nothing new for a
   * while, the others are asked as well, and the one that is ahead of all speaks.
   */
  async heads(): Promise<ChainHeads> {
    const calls = ['latest', 'safe', 'finalized'].map(
      (tag): RpcCall => ['eth_getBlockByNumber', tag, false],
    )
    let [heads, node] = await this.#rpc.ask(calls, headsOfNode, true)
    const still = Date.now() - this.#newestSince > STILL_MS
    if (this.#rpc.health.length > 1 && (heads.latest.number < this.#newest || still)) {
      const asked = node
      for (const [others, other] of await this.#rpc.askEach(calls, headsOfNode)) {
        if (others.latest.number > heads.latest.number) [heads, node] = [others, other]
      }
      if (node !== asked) {
        asked.rest(STILL_MS)
        this.#warn(`the RPC node ${asked.name} is behind ${node.name}, which is asked instead`)
      }
      this.#newestSince = Date.now()
    }
    if (heads.latest.number > this.#newest) this.#newestSince = Date.now()
    this.#newest = heads.latest.number
    return heads
  }

  /** What tells this chain from all others; nodes of another one are not asked from now on. */
  async identity(): Promise<{ readonly chainId: string; readonly genesisHash: string }> {
    return this.#rpc.pin(
      [['eth_chainId'], ['eth_getBlockByNumber', '0x0', false]],
      ([chainId, genesis]) => ({
        chainId: BigInt(chainId as string).toString(),
        genesisHash: readBlock(genesis, 0).hash,
      }),
    )
  }

  /**
   * Hash of the block of a number.
   *
   * @throws ContradictionError when no node has it.
   */
  async blockHash(number: number): Promise<string> {
    const call: RpcCall = ['eth_getBlockByNumber', hex(number), false]
    return this.#rpc.ask([call], ([raw]) => readBlock(raw, number).hash)
  }

  /** Number of the block of a hash, or null where the chain has none, or has replaced it. */
  async blockNumber(hash: string): Promise<number | null> {
    const number = await this.#rpc.ask([['eth_getBlockByHash', hash, false]], ([raw]) => {
      return raw === null ? null : Number((raw as { number: string }).number)
    })
    // Nodes keep blocks of branches that they have left.
    return number !== null && (await this.blockHash(number)) === hash ? number : null
  }

  /**
   * Blocks by their numbers, from the lowest to the highest, each of them the next one's parent
   * where numbers follow each other.
   *
   * @param numbers blocks wanted with their transactions.
   * @param headersOf blocks wanted without.
   * @param logs logs of these blocks, whose transactions must be there.
   * @throws ContradictionError when no node has them.
   */
  async blocks(
    numbers: readonly number[],
    headersOf: readonly number[] = [],
    logs: readonly ChainLog[] = [],
  ): Promise<ChainBlock[]> {
    const wanted = [
      ...numbers.map((number) => ({ number, whole: true })),
      ...headersOf.map((number) => ({ number, whole: false })),
    ].sort((one, other) => one.number - other.number)
    if (wanted.length === 0) return []
    const logsOf = Map.groupBy(logs, (log) => log.blockHash)
    return this.#rpc.ask(
      wanted.map(({ number, whole }): RpcCall => ['eth_getBlockByNumber', hex(number), whole]),
      (answers) => {
        const blocks = answers.map((raw, index) => readBlock(raw, wanted[index].number))
        for (const [index, block] of blocks.entries()) {
          const parent = blocks[index - 1]
          if (parent?.number === block.number - 1 && parent.hash !== block.parentHash) {
            throw new ContradictionError(
              `block ${block.number} follows ${block.parentHash}, but block ${parent.number} is ${parent.hash}`,
            )
          }
          if (wanted[index].whole) checkTransactions(block, logsOf.get(block.hash) ?? [])
        }
        return blocks
      },
    )
  }

  /**
   * Logs of as many blocks from `from` as a node gives at once. The last of these blocks is asked
   * for beside them, since a node that lacks it has no logs of it either, and does not say so.
   *
   * @param to last block wanted.
   * @returns the logs and the last block that they cover.
   */
  async logsFrom(
    filters: readonly LogFilter[],
    from: number,
    to: number,
  ): Promise<{ readonly logs: ChainLog[]; readonly to: number }> {
    let most = to
    for (;;) {
      let end = to
      try {
        return await this.#rpc.ask(
          (node) => {
            end = Math.min(most, from + this.#range(node).length - 1)
            return rangeCalls(filters, from, end)
          },
          (answers, node) => {
            const refused = answers.find((answer) => answer instanceof RpcError)
            const shorter = refused && from < end ? shorterRange(refused, from, end) : null
            if (shorter !== null) throw new RangeRefused(node, shorter)
            if (refused) {
              // In words that are not known it may be the length as well.
              const half = Math.ceil((end - from + 1) / 2)
              this.#range(node).refused({ length: half, always: false })
              throw refused
            }
            const logs = this.#readRange(answers, from, end, node)
            this.#range(node).answered(end - from + 1, logs.length)
            return { logs, to: end }
          },
          true,
        )
      } catch (error) {
        if (error instanceof RangeRefused) {
          this.#range(error.node).refused(error.shorter)
        } else if (error instanceof RpcError && from < end) {
          most = from + Math.floor((end - from) / 2)
        } else {
          throw error
        }
      }
    }
  }

  /** Logs of all blocks of a range, which nodes may refuse as too long. */
  async logsBetween(filters: readonly LogFilter[], from: number, to: number): Promise<ChainLog[]> {
    return this.#rpc.ask(rangeCalls(filters, from, to), (answers, node) =>
      this.#readRange(answers, from, to, node),
    )
  }

  /**
   * Logs of the given blocks, asked for by hash, so that they are those of exactly these. Where a
   * block's bloom filter excludes them nothing is asked for; where it speaks of them, all logs of
   * the block are, so that it proves that none is left out.
   */
  async logsOf(
    filters: readonly LogFilter[],
    blocks: readonly BloomedBlock[],
  ): Promise<ChainLog[]> {
    if (filters.length === 0) return []
    const proven: BloomedBlock[] = []
    const others: BloomedBlock[] = []
    for (const block of blocks) {
      const bloom = LogsBloom.read(block.logsBloom)
      if (bloom === null || bloom.isFull) others.push(block)
      else if (filters.some((filter) => mayMatch(bloom, filter))) proven.push(block)
    }
    try {
      const [all, filtered] = await Promise.all([
        this.#provenLogs(filters, proven),
        this.#filteredLogs(filters, others),
      ])
      return sortLogs([...all, ...filtered])
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      throw new PossibleReorgError(`no node gives the logs of these blocks: ${error.message}`, {
        cause: error,
      })
    }
  }

  /**
   * Holds logs of ranges against their blocks, and replaces those of a block that they do not fit.
   *
   * @param blocks which logs to look at; logs of other blocks are left out.
   * @returns all logs of the blocks that match the filters.
   */
  async completeLogs(
    filters: readonly LogFilter[],
    blocks: readonly BloomedBlock[],
    logs: readonly ChainLog[],
  ): Promise<ChainLog[]> {
    const byNumber = Map.groupBy(logs, (log) => log.blockNumber)
    const source = this.#logsFrom
    const good: ChainLog[] = []
    const doubted: { readonly block: BloomedBlock; readonly why: string }[] = []
    for (const block of blocks) {
      const given = byNumber.get(block.number) ?? []
      const why = doubtLogs(block, given, filters)
      if (why === null) good.push(...given)
      else doubted.push({ block, why })
    }
    if (doubted.length === 0) return good
    const found = await this.logsOf(
      filters,
      doubted.map(({ block }) => block),
    )
    const foundByNumber = Map.groupBy(found, (log) => log.blockNumber)
    for (const { block, why } of doubted) {
      const given = byNumber.get(block.number) ?? []
      const right = foundByNumber.get(block.number) ?? []
      const same = (log: ChainLog) =>
        right.some((one) => one.blockHash === log.blockHash && one.logIndex === log.logIndex)
      if (given.length === right.length && given.every(same)) continue
      this.#warn(
        `the ${given.length} logs of block ${block.number} that the RPC node ${source} gave ${why}; asked for by the block's hash they are ${right.length}`,
      )
    }
    return sortLogs([...good, ...found])
  }

  /** Receipts of some transactions of a block, by their hashes. */
  async receipts(
    transactionHashes: readonly string[],
    block: BlockPointer,
  ): Promise<Map<string, ChainReceipt>> {
    return this.#rpc.ask(
      transactionHashes.map((hash): RpcCall => ['eth_getTransactionReceipt', hash]),
      (answers) =>
        new Map(
          answers.map((raw, index) => {
            const hash = transactionHashes[index]
            if (raw === null) throw new ContradictionError(`the receipt of ${hash} is lacking`)
            const receipt = parseReceipt(raw as Raw)
            checkReceipt(receipt, hash, block)
            return [hash, receipt]
          }),
        ),
    )
  }

  /** The node's answer to a state request at a block, such as `eth_call`. */
  async stateAt<Result>(block: BlockPointer, method: string, parameter: unknown): Promise<Result> {
    return this.#rpc.ask([[method, parameter, { blockHash: block.hash }]], ([answer]) => {
      if (typeof answer !== 'string') {
        throw new ContradictionError(`the answer to ${method} is ${JSON.stringify(answer)}`)
      }
      return answer as Result
    })
  }

  #range(node: RpcEndpoint): LogRange {
    let range = this.#ranges.get(node)
    if (range === undefined) {
      range = new LogRange()
      this.#ranges.set(node, range)
    }
    return range
  }

  #readRange(answers: unknown[], from: number, to: number, node: RpcEndpoint): ChainLog[] {
    const end = readBlock(answers[0], to)
    const logs = sortLogs(answers.slice(1).flatMap(readLogs))
    const outside = logs.find((log) => log.blockNumber < from || log.blockNumber > to)
    if (outside !== undefined) {
      throw new ContradictionError(
        `a log of block ${outside.blockNumber} is given for blocks ${from} to ${to}`,
      )
    }
    const foreign = logs.find((log) => log.blockNumber === to && log.blockHash !== end.hash)
    if (foreign !== undefined) {
      throw new ContradictionError(
        `a log of block ${to} is of ${foreign.blockHash}, not ${end.hash}`,
      )
    }
    this.#logsFrom = node.name
    return logs
  }

  async #provenLogs(
    filters: readonly LogFilter[],
    blocks: readonly BloomedBlock[],
  ): Promise<ChainLog[]> {
    try {
      return select(await this.#allLogs(blocks), filters)
    } catch (error) {
      if (!(error instanceof RpcError) || !NEEDS_FILTER.test(error.message)) throw error
      return this.#filteredLogs(filters, blocks)
    }
  }

  /** All logs of blocks, which account for every bit of their bloom filters. */
  async #allLogs(blocks: readonly BloomedBlock[]): Promise<ChainLog[]> {
    if (blocks.length === 0) return []
    return this.#rpc.ask(
      blocks.map(({ hash }): RpcCall => ['eth_getLogs', { blockHash: hash }]),
      (answers) =>
        answers.flatMap((answer, index) => {
          const block = blocks[index]
          const logs = readLogs(answer)
          checkPlace(logs, block)
          const place = `block ${block.number} (${block.hash})`
          const missing = LogsBloom.read(block.logsBloom)?.beyond(LogsBloom.of(logs)) ?? 0
          if (missing > 0) {
            throw new ContradictionError(
              `the ${logs.length} logs of ${place} lack what ${missing} bits of its bloom filter speak of`,
            )
          }
          const last = logs.reduce((most, log) => Math.max(most, log.logIndex), -1)
          if (last < logs.length) return logs
          throw new ContradictionError(
            `the ${logs.length} logs of ${place} are counted up to ${last}, so that some are left out`,
          )
        }),
    )
  }

  async #filteredLogs(
    filters: readonly LogFilter[],
    blocks: readonly BloomedBlock[],
  ): Promise<ChainLog[]> {
    if (blocks.length === 0) return []
    const requests = toLogRequests(filters)
    const calls = blocks.flatMap((block) => requests.map((request) => ({ block, request })))
    return this.#rpc.ask(
      calls.map(({ block, request }): RpcCall => {
        return ['eth_getLogs', { ...request, blockHash: block.hash }]
      }),
      (answers) =>
        answers.flatMap((answer, index) => {
          const logs = readLogs(answer)
          checkPlace(logs, calls[index].block)
          return logs
        }),
    )
  }
}

class RangeRefused extends Error {
  readonly node: RpcEndpoint
  readonly shorter: ShorterRange

  constructor(node: RpcEndpoint, shorter: ShorterRange) {
    super('the range is too long')
    this.node = node
    this.shorter = shorter
  }
}

function rangeCalls(filters: readonly LogFilter[], from: number, to: number): RpcCall[] {
  const place = { fromBlock: hex(from), toBlock: hex(to) }
  return [
    ['eth_getBlockByNumber', hex(to), false],
    ...toLogRequests(filters).map((request): RpcCall => ['eth_getLogs', { ...request, ...place }]),
  ]
}

function headsOfNode(answers: unknown[], node: RpcEndpoint): [ChainHeads, RpcEndpoint] {
  return [readHeads(answers), node]
}

function readHeads([latest, safe, finalized]: unknown[]): ChainHeads {
  if (latest instanceof RpcError) throw latest
  if (latest === null) throw new PossibleReorgError('the node has no block yet')
  const head = parseBlock(latest as Raw)
  const assumed = Math.max(0, head.number - ASSUMED_FINALITY)
  const final = Math.min(tagged(finalized) ?? assumed, head.number)
  return {
    latest: head,
    safe: Math.min(Math.max(tagged(safe) ?? final, final), head.number),
    finalized: final,
  }
}

/** Number of a block that was asked for by a tag, or null when the node knows none. */
function tagged(answer: unknown): number | null {
  return answer === null || answer instanceof RpcError ? null : parseBlock(answer as Raw).number
}

function readBlock(raw: unknown, number: number): ChainBlock {
  if (raw === null) throw new ContradictionError(`it lacks block ${number}`)
  const block = parseBlock(raw as Raw)
  if (block.number === number) return block
  throw new ContradictionError(`block ${block.number} is given for block ${number}`)
}

function readLogs(answer: unknown): ChainLog[] {
  if (!Array.isArray(answer)) throw new ContradictionError('logs are given that are no list')
  return answer.map(parseLog)
}

function checkPlace(logs: readonly ChainLog[], block: BlockPointer): void {
  const foreign = logs.find(
    (log) => log.blockHash !== block.hash || log.blockNumber !== block.number,
  )
  if (foreign === undefined) return
  throw new ContradictionError(
    `a log of block ${foreign.blockNumber} (${foreign.blockHash}) is given for block ${block.number} (${block.hash})`,
  )
}

function checkTransactions(block: ChainBlock, logs: readonly ChainLog[]): void {
  const lacking = logs.find(
    (log) => !isOfNoTransaction(log) && !block.transactions.has(log.transactionHash),
  )
  if (lacking === undefined) return
  throw new ContradictionError(
    `block ${block.number} lacks transaction ${lacking.transactionHash}, of which there is a log`,
  )
}

function checkReceipt(receipt: ChainReceipt, hash: string, block: BlockPointer): void {
  const { logs, blockHash, logsBloom } = receipt
  const bloom = LogsBloom.read(logsBloom)
  const whole = bloom === null || LogsBloom.of(logs).hex === bloom.hex
  const own = logs.every((log) => log.transactionHash === hash && log.blockHash === blockHash)
  if (receipt.transactionHash !== hash || !own || !whole) {
    throw new ContradictionError(`the receipt of ${hash} does not fit its transaction or its logs`)
  }
  if (blockHash === block.hash) return
  throw new ContradictionError(`the receipt of ${hash} is of ${blockHash}, not of ${block.hash}`)
}

function select(logs: readonly ChainLog[], filters: readonly LogFilter[]): ChainLog[] {
  return logs.filter((log) => filters.some((filter) => matchesFilter(filter, log)))
}

function hex(number: number): string {
  return `0x${number.toString(16)}`
}

import { PossibleReorgError } from '../errors/hostErrors.ts'
import type { BlockPointer, ChainBlock, ChainLog, ChainReceipt } from './chainTypes.ts'
import type { Finality } from './finality.ts'
import { type LogFilter, sortLogs, toLogRequests } from './logFilter.ts'
import { parseBlock, parseLog, parseReceipt } from './parseChain.ts'
import { type RpcCall, type RpcClient, RpcError } from './rpcClient.ts'

/** The newest block of any kind, and how far the chain is settled. */
export interface ChainHeads extends Finality {
  readonly latest: BlockPointer
}

/** Blocks under the newest that count as finalized where a node does not know the tag. */
const ASSUMED_FINALITY = 250
const FIRST_RANGE = 1_000
const MAX_RANGE = 10_000
/** Logs in one answer above which the next range is not made longer. */
const MANY_LOGS = 5_000

type Raw = Record<string, unknown>

/** Reads blocks and logs of a chain, and refuses answers that contradict each other. */
export class ChainReader {
  readonly #rpc: RpcClient
  #range = FIRST_RANGE

  constructor(rpc: RpcClient) {
    this.#rpc = rpc
  }

  async heads(): Promise<ChainHeads> {
    const [latest, safe, finalized] = await this.#rpc.settle([
      ['eth_getBlockByNumber', 'latest', false],
      ['eth_getBlockByNumber', 'safe', false],
      ['eth_getBlockByNumber', 'finalized', false],
    ])
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

  /** What tells this chain from all others. */
  async identity(): Promise<{ readonly chainId: string; readonly genesisHash: string }> {
    const [chainId, genesis] = await this.#rpc.callAll<unknown>([
      ['eth_chainId'],
      ['eth_getBlockByNumber', '0x0', false],
    ])
    const { hash } = parseBlock(genesis as Raw)
    return { chainId: BigInt(chainId as string).toString(), genesisHash: hash }
  }

  /** @returns null when the chain is shorter. */
  async blockHash(number: number): Promise<string | null> {
    const raw = await this.#rpc.call<Raw | null>('eth_getBlockByNumber', hex(number), false)
    return raw === null ? null : parseBlock(raw).hash
  }

  /**
   * Whole blocks of the given numbers, in their order.
   *
   * @throws PossibleReorgError when the chain lacks one of them.
   */
  async blocks(numbers: readonly number[]): Promise<ChainBlock[]> {
    const raw = await this.#rpc.callAll<Raw | null>(
      numbers.map((number) => ['eth_getBlockByNumber', hex(number), true]),
    )
    return raw.map((block, index) => {
      if (block === null) throw new PossibleReorgError(`the node lacks block ${numbers[index]}`)
      return parseBlock(block)
    })
  }

  /**
   * Logs of as many blocks from `from` as the node gives at once. Ranges grow while answers are
   * short and shrink when the node refuses one.
   *
   * @param to last block wanted.
   * @returns the logs and the last block that they cover.
   */
  async logsFrom(
    filters: readonly LogFilter[],
    from: number,
    to: number,
  ): Promise<{ readonly logs: ChainLog[]; readonly to: number }> {
    for (;;) {
      const end = Math.min(to, from + this.#range - 1)
      try {
        const logs = await this.logsBetween(filters, from, end)
        if (logs.length < MANY_LOGS) this.#range = Math.min(MAX_RANGE, this.#range * 2)
        return { logs, to: end }
      } catch (error) {
        // A refusal of one block has another reason than its length.
        if (!(error instanceof RpcError) || end === from) throw error
        this.#range = Math.max(1, Math.floor((end - from + 1) / 2))
      }
    }
  }

  /** Logs of all blocks of a range, which the node may refuse as too long. */
  async logsBetween(filters: readonly LogFilter[], from: number, to: number): Promise<ChainLog[]> {
    return this.#logs(filters, [{ fromBlock: hex(from), toBlock: hex(to) }])
  }

  /** Logs of the given blocks, asked for by hash, so that they are those of exactly these. */
  async logsOf(
    filters: readonly LogFilter[],
    blocks: readonly BlockPointer[],
  ): Promise<ChainLog[]> {
    const logs = await this.#logs(
      filters,
      blocks.map(({ hash }) => ({ blockHash: hash })),
    )
    const hashes = new Map(blocks.map((block) => [block.number, block.hash]))
    for (const log of logs) {
      if (hashes.get(log.blockNumber) !== log.blockHash) {
        throw new PossibleReorgError(`the node gave a log of a block that was not asked for`)
      }
    }
    return logs
  }

  /** Receipts by transaction hash. */
  async receipts(transactionHashes: readonly string[]): Promise<Map<string, ChainReceipt>> {
    const raw = await this.#rpc.callAll<Raw | null>(
      transactionHashes.map((hash) => ['eth_getTransactionReceipt', hash]),
    )
    return new Map(
      raw.map((receipt, index) => {
        if (receipt === null) {
          throw new PossibleReorgError(`the node lacks the receipt of ${transactionHashes[index]}`)
        }
        return [transactionHashes[index], parseReceipt(receipt)]
      }),
    )
  }

  /** The node's answer to a state request at a block, such as `eth_call`. */
  async stateAt<Result>(block: BlockPointer, method: string, parameter: unknown): Promise<Result> {
    return this.#rpc.call<Result>(method, parameter, { blockHash: block.hash })
  }

  async #logs(
    filters: readonly LogFilter[],
    places: readonly Record<string, unknown>[],
  ): Promise<ChainLog[]> {
    const requests = toLogRequests(filters)
    const calls = places.flatMap((place) =>
      requests.map((request): RpcCall => ['eth_getLogs', { ...request, ...place }]),
    )
    const answers = await this.#rpc.callAll<Raw[]>(calls)
    return sortLogs(answers.flat().map(parseLog))
  }
}

/** Number of a block that was asked for by a tag, or null when the node knows none. */
function tagged(answer: unknown): number | null {
  return answer === null || answer instanceof RpcError ? null : Number((answer as Raw).number)
}

function hex(number: number): string {
  return `0x${number.toString(16)}`
}

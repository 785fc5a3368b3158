import { type ChainHeads, ChainReader } from '../chain/chainReader.ts'
import type { BlockPointer, ChainBlock, ChainLog } from '../chain/chainTypes.ts'
import type { LogFilter } from '../chain/logFilter.ts'
import type { RpcClient } from '../chain/rpcClient.ts'

/** Blocks fetched at once, and logs of so many blocks. */
const FETCHED = 500

/** A chain whose blocks and logs were all fetched before: what is left is the host's own work. */
export class FetchedChain extends ChainReader {
  readonly #blocks = new Map<number, ChainBlock>()
  readonly #logs = new Map<number, ChainLog[]>()
  #last = 0

  /** Logs that were fetched. */
  get events(): number {
    return [...this.#logs.values()].reduce((sum, ofBlock) => sum + ofBlock.length, 0)
  }

  /** Fetches all blocks up to one, and the logs in them that are asked for. */
  async fetch(filters: readonly LogFilter[], last: number): Promise<void> {
    for (let from = 0; from <= last; from += FETCHED) {
      const to = Math.min(last, from + FETCHED - 1)
      const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index)
      for (const block of await super.blocks(numbers)) this.#blocks.set(block.number, block)
      const logs = await super.logsBetween(filters, from, to)
      for (const [number, ofBlock] of Map.groupBy(logs, (log) => log.blockNumber)) {
        this.#logs.set(number, ofBlock)
      }
    }
    this.#last = last
  }

  override async heads(): Promise<ChainHeads> {
    const latest = this.#blocks.get(this.#last) as ChainBlock
    return { latest, safe: latest.number, finalized: latest.number }
  }

  override async blockHash(number: number): Promise<string> {
    return (this.#blocks.get(number) as ChainBlock).hash
  }

  override async blocks(numbers: readonly number[]): Promise<ChainBlock[]> {
    return numbers.map((number) => this.#blocks.get(number) as ChainBlock)
  }

  override async logsFrom(
    _filters: readonly LogFilter[],
    from: number,
    to: number,
  ): Promise<{ readonly logs: ChainLog[]; readonly to: number }> {
    const end = Math.min(to, from + FETCHED - 1)
    return { logs: await this.logsBetween(_filters, from, end), to: end }
  }

  override async logsBetween(
    _filters: readonly LogFilter[],
    from: number,
    to: number,
  ): Promise<ChainLog[]> {
    const logs: ChainLog[] = []
    for (let number = from; number <= to; number++) logs.push(...(this.#logs.get(number) ?? []))
    return logs
  }

  override async logsOf(
    _filters: readonly LogFilter[],
    blocks: readonly BlockPointer[],
  ): Promise<ChainLog[]> {
    return blocks.flatMap(({ number }) => this.#logs.get(number) ?? [])
  }
}

/** @see FetchedChain.fetch */
export async function fetchChain(
  rpc: RpcClient,
  filters: readonly LogFilter[],
  last: number,
): Promise<FetchedChain> {
  const chain = new FetchedChain(rpc)
  await chain.fetch(filters, last)
  return chain
}

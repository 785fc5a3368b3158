import type { ChainReader } from '../chain/chainReader.ts'
import type { BlockPointer, ChainLog } from '../chain/chainTypes.ts'
import type { LogFilter } from '../chain/logFilter.ts'
import { PossibleReorgError } from '../errors/hostErrors.ts'
import { BlockQueue } from './blockQueue.ts'
import { type DataSource, logFilters, wantsBlock } from './dataSource.ts'
import { SourceIndex } from './sourceIndex.ts'

interface LogsAhead {
  readonly from: number
  readonly to: number
  /** Data sources that were there when the logs were asked for. */
  readonly sources: number
  readonly found: ReturnType<ChainReader['logsFrom']>
}

/** Brings the blocks and logs that data sources want of the chain. */
export class BlockFetcher {
  readonly #chain: ChainReader
  /** Logs of the next range of final blocks, asked for while the one before is processed. */
  #ahead: LogsAhead | null = null

  constructor(chain: ChainReader) {
    this.#chain = chain
  }

  /** Forgets what was asked for ahead. */
  forget(): void {
    this.#ahead = null
  }

  /**
   * Blocks that are final, by a range of logs.
   *
   * @param parent the block that was processed last.
   * @returns the blocks, and the last one of the range, which may be shorter than it was asked for.
   */
  async finalBlocks(
    sources: DataSource[],
    parent: BlockPointer | null,
    from: number,
    to: number,
  ): Promise<{ readonly queue: BlockQueue; readonly end: number }> {
    const filters = logFilters(sources)
    const { logs, to: end } = await this.#logsFrom(filters, sources.length, from, to)
    if (end < to) this.#lookAhead(filters, sources.length, end + 1, to)
    const numbers = [end]
    const { withBlockHandlers } = SourceIndex.of(sources)
    for (let number = from; number < end; number++) {
      if (withBlockHandlers.some((source) => wantsBlock(source, number))) numbers.push(number)
    }
    return { queue: new BlockQueue(this.#chain, { numbers, logs, filters, from, parent }), end }
  }

  /** Blocks that may be taken back: each one, linked to the one before by its hash. */
  async newBlocks(
    sources: readonly DataSource[],
    last: BlockPointer | null,
    from: number,
    to: number,
  ): Promise<BlockQueue> {
    const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index)
    const blocks = await this.#chain.blocks(numbers)
    let parent = last
    for (const block of blocks) {
      if (
        parent !== null &&
        parent.number === block.number - 1 &&
        block.parentHash !== parent.hash
      ) {
        throw new PossibleReorgError(
          `block ${block.number} does not follow ${parent.hash}, but ${block.parentHash}`,
        )
      }
      parent = block
    }
    const filters = logFilters(sources)
    const logs = await this.#chain.logsOf(filters, blocks)
    const known = { numbers, logs, filters, from, parent: last, fetched: blocks }
    return new BlockQueue(this.#chain, known)
  }

  /**
   * Brings what new data sources want of the blocks that are still in the queue.
   *
   * @param after the block that is processed.
   * @param rangeEnd last block of a final range; null where all blocks are known by hash.
   */
  async fetchFor(
    created: readonly DataSource[],
    queue: BlockQueue,
    after: number,
    rangeEnd: number | null,
  ): Promise<void> {
    const filters = logFilters(created)
    if (rangeEnd === null) {
      await queue.add(filters, await this.#chain.logsOf(filters, queue.remaining))
      return
    }
    const logs: ChainLog[] = []
    for (let from = after + 1; from <= rangeEnd; ) {
      const found = await this.#chain.logsFrom(filters, from, rangeEnd)
      logs.push(...found.logs)
      from = found.to + 1
    }
    await queue.add(filters, logs)
    const numbers: number[] = []
    for (let number = after + 1; number <= rangeEnd; number++) {
      if (created.some((source) => wantsBlock(source, number))) numbers.push(number)
    }
    queue.want(numbers)
  }

  #logsFrom(
    filters: readonly LogFilter[],
    sources: number,
    from: number,
    to: number,
  ): ReturnType<ChainReader['logsFrom']> {
    const ahead = this.#ahead
    this.#ahead = null
    const fits = ahead?.from === from && ahead.to <= to && ahead.sources === sources
    return fits ? ahead.found : this.#chain.logsFrom(filters, from, to)
  }

  #lookAhead(filters: readonly LogFilter[], sources: number, from: number, to: number): void {
    const found = this.#chain.logsFrom(filters, from, to)
    // It is thrown to the one who takes it.
    found.catch(() => {})
    this.#ahead = { from, to, sources, found }
  }
}

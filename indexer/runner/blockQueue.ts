import type { ChainReader } from '../chain/chainReader.ts'
import type { BlockPointer, ChainBlock, ChainLog } from '../chain/chainTypes.ts'
import { type LogFilter, sortLogs } from '../chain/logFilter.ts'
import { PossibleReorgError } from '../errors/hostErrors.ts'

/** Blocks fetched at once, as soon as fewer than that are left. */
const FETCHED = 100
/**
 * Blocks between those that are wanted whose headers are fetched as well, to see that no log is
 * missing; where logs are farther apart than that, their headers would cost more than the logs.
 */
const CHECKED = 100

/** What a {@link BlockQueue} is made of. */
export interface QueuedBlocks {
  /** Blocks that are wanted with or without logs. */
  readonly numbers: readonly number[]
  readonly logs: readonly ChainLog[]
  /** What the logs were asked for with. */
  readonly filters: readonly LogFilter[]
  /** First block that the logs cover. */
  readonly from: number
  /** The block before, when it is known. */
  readonly parent: BlockPointer | null
  /** Blocks that are known already, whose logs were asked for by their hashes. */
  readonly fetched?: readonly ChainBlock[]
}

/**
 * A range's blocks that must be processed, in order. Blocks are fetched some at a time, ahead of
 * the one that is processed, and logs are held against them.
 */
export class BlockQueue {
  readonly #chain: ChainReader
  readonly #filters: LogFilter[]
  /** Whether logs come from their blocks' hashes, and need not be held against them again. */
  readonly #proven: boolean
  readonly #logs = new Map<number, ChainLog[]>()
  readonly #fetched = new Map<number, ChainBlock>()
  /** Headers of blocks without logs, for data sources that are yet to be made. */
  readonly #headers = new Map<number, ChainBlock>()
  /** Numbers of the blocks that were not taken yet, in order. */
  #numbers: number[] = []
  #wanted = new Set<number>()
  #checkedTo: number
  #taken: number
  #last: BlockPointer | null
  #fetching: Promise<void> | null = null

  constructor(chain: ChainReader, { numbers, logs, filters, from, parent, fetched }: QueuedBlocks) {
    this.#chain = chain
    this.#filters = [...filters]
    this.#proven = fetched !== undefined
    this.#checkedTo = from - 1
    this.#taken = from - 1
    this.#last = parent
    for (const block of fetched ?? []) this.#fetched.set(block.number, block)
    this.want(numbers)
    this.#put(logs)
  }

  /** Adds logs of blocks that were not taken yet, and what they were asked for with. */
  async add(filters: readonly LogFilter[], logs: readonly ChainLog[]): Promise<void> {
    if (this.#proven) {
      this.#put(logs)
      return
    }
    await this.#fetching
    this.#filters.push(...filters)
    for (const number of this.#headers.keys()) {
      if (number <= this.#taken) this.#headers.delete(number)
    }
    const known = [...this.#fetched.values(), ...this.#headers.values()]
    const numbers = new Set(known.map(({ number }) => number))
    // Logs that are there already account for what the blocks' bloom filters say, too.
    const there = known.flatMap(({ number }) => this.#logs.get(number) ?? [])
    const fresh = logs.filter((log) => numbers.has(log.blockNumber))
    this.#put(await this.#chain.completeLogs(this.#filters, known, [...there, ...fresh]))
    this.#put(logs.filter((log) => !numbers.has(log.blockNumber)))
  }

  /** Adds blocks that are wanted without logs. */
  want(numbers: readonly number[]): void {
    for (const number of numbers) this.#wanted.add(number)
    this.#numbers = [...this.#wanted].sort((one, other) => one - other)
  }

  /** Blocks that were not taken yet, as far as they are fetched. */
  get remaining(): ChainBlock[] {
    return this.#numbers.flatMap((number) => this.#fetched.get(number) ?? [])
  }

  /** The blocks that come next, as far as they are fetched, with their logs. */
  *ahead(): Generator<{ readonly block: ChainBlock; readonly logs: readonly ChainLog[] }> {
    for (const number of this.#numbers) {
      const block = this.#fetched.get(number)
      if (block === undefined) return
      yield { block, logs: this.#logs.get(number) ?? [] }
    }
  }

  /**
   * Takes the first block, or null when there is none left.
   *
   * @throws PossibleReorgError when a log is of another block than the chain's of that number.
   */
  async take(): Promise<{ readonly block: ChainBlock; readonly logs: readonly ChainLog[] } | null> {
    let block: ChainBlock | undefined
    while (block === undefined) {
      if (this.#numbers.length === 0) return null
      block = this.#fetched.get(this.#numbers[0])
      // What is fetched may show that a block before it is wanted as well.
      if (block === undefined) await (this.#fetching ?? this.#fetch())
    }
    const { number } = block
    const logs = this.#logs.get(number) ?? []
    const foreign = logs.find((log) => log.blockHash !== block.hash)
    if (foreign !== undefined) {
      throw new PossibleReorgError(
        `the node's log ${foreign.logIndex} of block ${number} is of ${foreign.blockHash}, its block is ${block.hash}`,
      )
    }
    this.#taken = number
    this.#numbers.shift()
    this.#wanted.delete(number)
    this.#fetched.delete(number)
    this.#logs.delete(number)
    if (this.#fetched.size < FETCHED) this.#fetchAhead()
    return { block, logs }
  }

  #fetchAhead(): void {
    if (this.#fetching !== null || this.#fetched.size === this.#numbers.length) return
    const fetching = this.#fetch().finally(() => {
      this.#fetching = null
    })
    this.#fetching = fetching
    // It is thrown to the one who waits for it; whoever stops before need not know.
    fetching.catch(() => {})
  }

  async #fetch(): Promise<void> {
    const missing = this.#numbers.filter((one) => !this.#fetched.has(one)).slice(0, FETCHED)
    const whole = new Set(missing)
    const last = Math.max(this.#checkedTo, missing.at(-1) as number)
    const between: number[] = []
    for (let number = this.#checkedTo + 1; number < last; number++) {
      if (!this.#wanted.has(number)) between.push(number)
      if (between.length > CHECKED) break
    }
    const given = missing.flatMap((number) => this.#logs.get(number) ?? [])
    const headers = between.length > CHECKED ? [] : between
    const blocks = await this.#chain.blocks(missing, headers, given)
    const first = blocks[0]
    if (first?.number - 1 === this.#last?.number && first.parentHash !== this.#last?.hash) {
      throw new PossibleReorgError(
        `block ${first.number} does not follow ${this.#last?.hash}, but ${first.parentHash}`,
      )
    }
    const logs = await this.#chain.completeLogs(this.#filters, blocks, given)
    for (const block of blocks) {
      this.#logs.delete(block.number)
      if (whole.has(block.number)) this.#fetched.set(block.number, block)
      else this.#headers.set(block.number, block)
    }
    this.#put(logs)
    this.#checkedTo = last
    this.#last = blocks.at(-1) ?? null
  }

  #put(logs: readonly ChainLog[]): void {
    const groups = Map.groupBy(logs, (log) => log.blockNumber)
    for (const [number, ofBlock] of groups) {
      this.#logs.set(number, sortLogs([...(this.#logs.get(number) ?? []), ...ofBlock]))
    }
    const fresh = [...groups.keys()].filter((number) => !this.#wanted.has(number))
    if (fresh.length > 0) this.want(fresh)
  }
}

import type { ChainReader } from '../chain/chainReader.ts'
import type { ChainBlock, ChainLog } from '../chain/chainTypes.ts'
import { sortLogs } from '../chain/logFilter.ts'
import { PossibleReorgError } from '../errors/hostErrors.ts'

/** Blocks fetched at once. */
const FETCHED = 50

/** A range's blocks that must be processed, in order; blocks are fetched some at a time. */
export class BlockQueue {
  readonly #chain: ChainReader
  readonly #logs = new Map<number, ChainLog[]>()
  readonly #fetched = new Map<number, ChainBlock>()
  #numbers: number[]

  /**
   * @param numbers blocks that are wanted with or without logs.
   * @param fetched blocks that are known already.
   */
  constructor(
    chain: ChainReader,
    numbers: readonly number[],
    logs: readonly ChainLog[],
    fetched: readonly ChainBlock[] = [],
  ) {
    this.#chain = chain
    this.#numbers = [...numbers]
    for (const block of fetched) this.#fetched.set(block.number, block)
    this.add(logs)
  }

  /** Adds logs of blocks that were not taken yet. */
  add(logs: readonly ChainLog[]): void {
    for (const [number, ofBlock] of Map.groupBy(logs, (log) => log.blockNumber)) {
      this.#logs.set(number, sortLogs([...(this.#logs.get(number) ?? []), ...ofBlock]))
      this.#numbers.push(number)
    }
    this.want([])
  }

  /** Adds blocks that are wanted without logs. */
  want(numbers: readonly number[]): void {
    this.#numbers = [...new Set([...this.#numbers, ...numbers])].sort((one, other) => one - other)
  }

  /** Blocks that were not taken yet, as far as they are fetched. */
  get remaining(): ChainBlock[] {
    return this.#numbers.flatMap((number) => this.#fetched.get(number) ?? [])
  }

  /**
   * Takes the first block, or null when there is none left.
   *
   * @throws PossibleReorgError when a log is of another block than the chain's of that number.
   */
  async take(): Promise<{ readonly block: ChainBlock; readonly logs: readonly ChainLog[] } | null> {
    const number = this.#numbers[0]
    if (number === undefined) return null
    if (!this.#fetched.has(number)) {
      const missing = this.#numbers.filter((one) => !this.#fetched.has(one)).slice(0, FETCHED)
      for (const block of await this.#chain.blocks(missing)) this.#fetched.set(block.number, block)
    }
    const block = this.#fetched.get(number)
    if (block === undefined)
      throw new PossibleReorgError(`the node answers not with block ${number}`)
    const logs = this.#logs.get(number) ?? []
    const foreign = logs.find((log) => log.blockHash !== block.hash)
    if (foreign !== undefined) {
      throw new PossibleReorgError(
        `the node's log ${foreign.logIndex} of block ${number} is of ${foreign.blockHash}, its block is ${block.hash}`,
      )
    }
    this.#numbers.shift()
    this.#fetched.delete(number)
    return { block, logs }
  }
}

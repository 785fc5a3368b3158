import type { Log, Provider } from 'ethers'

/** Blocks asked for at once; public nodes refuse much wider ranges. */
const RANGE = 5_000

/** Where to look for logs: one contract, one event. */
export interface LogSource {
  address: string
  /** Topics as `eth_getLogs` takes them. */
  topics: (string | null)[]
  /** The first block that can hold such a log. */
  startBlock: number
}

/**
 * What the logs of one event say in finalized blocks, in the order of the chain. What was read once
 * is kept for as long as the newest block read is still there: a node that crashed may come back with
 * a state that is older than what it called final, and then everything is read again.
 */
export class FinalLogs<Item> {
  readonly #provider: Pick<Provider, 'getLogs' | 'getBlock'>
  readonly #source: LogSource
  readonly #parse: (log: Log) => Item
  #items: Item[] = []
  #read: { number: number; hash: string | null }
  #turn: Promise<unknown> = Promise.resolve()

  constructor(
    provider: Pick<Provider, 'getLogs' | 'getBlock'>,
    source: LogSource,
    parse: (log: Log) => Item,
  ) {
    this.#provider = provider
    this.#source = source
    this.#parse = parse
    this.#read = { number: source.startBlock - 1, hash: null }
  }

  /** All items in blocks up to `finalized`; another array than before when all was read again. */
  async upTo(finalized: number): Promise<readonly Item[]> {
    const mine = this.#turn.then(() => this.#catchUp(finalized))
    this.#turn = mine.catch(() => {})
    await mine
    return this.#items
  }

  async #catchUp(finalized: number): Promise<void> {
    const { number, hash } = this.#read
    if (hash !== null && (await this.#provider.getBlock(number))?.hash !== hash) {
      this.#items = []
      this.#read = { number: this.#source.startBlock - 1, hash: null }
    }
    const { address, topics } = this.#source
    while (this.#read.number < finalized) {
      const fromBlock = this.#read.number + 1
      const toBlock = Math.min(finalized, fromBlock + RANGE - 1)
      const block = await this.#provider.getBlock(toBlock)
      const logs = await this.#provider.getLogs({ address, topics, fromBlock, toBlock })
      this.#items.push(...logs.map(this.#parse))
      this.#read = { number: toBlock, hash: block?.hash ?? null }
    }
  }
}

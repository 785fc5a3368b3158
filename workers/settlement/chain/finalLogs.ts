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
 * The logs of one event in finalized blocks, in the order of the chain. What was read once is kept:
 * finalized blocks do not change.
 */
export class FinalLogs {
  readonly #provider: Provider
  readonly #source: LogSource
  readonly #logs: Log[] = []
  #nextBlock: number

  constructor(provider: Provider, source: LogSource) {
    this.#provider = provider
    this.#source = source
    this.#nextBlock = source.startBlock
  }

  /** All logs in blocks up to `finalized`. */
  async upTo(finalized: number): Promise<readonly Log[]> {
    const { address, topics } = this.#source
    while (this.#nextBlock <= finalized) {
      const fromBlock = this.#nextBlock
      const toBlock = Math.min(finalized, fromBlock + RANGE - 1)
      const logs = await this.#provider.getLogs({ address, topics, fromBlock, toBlock })
      // Two callers may have asked for the same range; only the first one's answer counts.
      if (this.#nextBlock !== fromBlock) continue
      this.#logs.push(...logs)
      this.#nextBlock = toBlock + 1
    }
    return this.#logs
  }
}

import type { ChainHeads, ChainReader } from '../chain/chainReader.ts'
import type { BlockPointer } from '../chain/chainTypes.ts'
import type { DeploymentStore } from '../store/deploymentStore.ts'

/** How a stored head lies on the chain: part of it, perhaps ahead of it, or on another branch. */
export type ForkState = 'stands' | 'ahead' | 'replaced'

/** Tells whether the chain still has what is stored. */
export class ForkWatch {
  readonly #store: DeploymentStore
  readonly #chain: ChainReader
  readonly #shorterChainMs: number
  #shorterSince: number | null = null

  /** @param shorterChainMs how long a chain may be shorter than what is stored. */
  constructor(store: DeploymentStore, chain: ChainReader, shorterChainMs: number) {
    this.#store = store
    this.#chain = chain
    this.#shorterChainMs = shorterChainMs
  }

  /** Of a head that is stored already where it is above the chain's. */
  async look(head: BlockPointer, { latest }: ChainHeads): Promise<ForkState> {
    if (latest.number < head.number && !(await this.#hasReplaced(latest))) {
      this.#shorterSince ??= Date.now()
      // A node behind others of its provider looks like this too, for a short time.
      const isLate = Date.now() - this.#shorterSince < this.#shorterChainMs
      return isLate ? 'ahead' : 'replaced'
    }
    this.#shorterSince = null
    const { number, hash } = head
    const chains = latest.number > number ? await this.#chain.blockHash(number) : latest.hash
    return chains === hash ? 'stands' : 'replaced'
  }

  /** Begins anew, as the store went back. */
  forget(): void {
    this.#shorterSince = null
  }

  /** Whether the newest block of a chain that is shorter than what is stored is another one. */
  async #hasReplaced(latest: BlockPointer): Promise<boolean> {
    const stored = await this.#store.chain.at(latest.number)
    return stored !== null && stored.hash !== latest.hash
  }
}

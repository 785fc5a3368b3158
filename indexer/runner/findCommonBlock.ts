import type { ChainReader } from '../chain/chainReader.ts'
import type { DeploymentStore } from '../store/deploymentStore.ts'
import type { StoredBlock } from '../store/writeBatch.ts'

/** Stored blocks read at once. */
const PAGE = 50

/**
 * The newest stored block that the chain has too, or null when it has none of them.
 *
 * @param latest number of the chain's newest block.
 */
export async function findCommonBlock(
  store: DeploymentStore,
  chain: ChainReader,
  latest: number,
): Promise<StoredBlock | null> {
  let number = latest
  for (;;) {
    const stored = await store.chain.downFrom(number, PAGE)
    for (const block of stored) {
      if ((await chain.blockHash(block.number)) === block.hash) return block
    }
    if (stored.length < PAGE) return null
    number = (stored.at(-1) as StoredBlock).number - 1
  }
}

import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type { Provider } from 'ethers'

/** The node does not know the finality tag. */
export class NoFinalizedBlock extends TributaryError {}

/** Number of the newest block that can no longer be reorganised away. */
export async function finalizedBlock(provider: Provider): Promise<number> {
  const block = await provider.getBlock('finalized')
  if (block === null) {
    throw new NoFinalizedBlock('the RPC node names no finalized block', {
      code: 'no_finalized_block',
      hint: 'Use a node of an OP-Stack L2, or anvil, that answers the tag `finalized`.',
    })
  }
  return block.number
}

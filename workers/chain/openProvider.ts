import { JsonRpcProvider, Network } from 'ethers'

/**
 * A provider for a chain whose id is known already. Answers are never served from a cache: what is
 * asked about a young block may be different half a second later.
 */
export function openProvider(rpcUrl: string, chainId: bigint | number): JsonRpcProvider {
  return new JsonRpcProvider(rpcUrl, undefined, {
    // A fixed network spares ethers' endless probing of a node that is not up yet.
    staticNetwork: Network.from(chainId),
    cacheTimeout: -1,
  })
}

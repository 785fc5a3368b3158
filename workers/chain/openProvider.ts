import { FetchRequest, JsonRpcProvider, Network } from 'ethers'

/** Milliseconds after which a node that takes a request and says nothing counts as away. */
const TIMEOUT_MS = 15_000

/**
 * A provider for a chain whose id is known already. Answers are never served from a cache: what is
 * asked about a young block may be different half a second later.
 */
export function openProvider(rpcUrl: string, chainId: bigint | number): JsonRpcProvider {
  const request = new FetchRequest(rpcUrl)
  request.timeout = TIMEOUT_MS
  return new JsonRpcProvider(request, undefined, {
    // A fixed network spares ethers' endless probing of a node that is not up yet.
    staticNetwork: Network.from(chainId),
    cacheTimeout: -1,
  })
}

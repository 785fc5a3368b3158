import { type Contracts, connectContracts } from '@tributary/contracts/connect'
import type { Deployment } from '@tributary/contracts/deployment/deployment'
import { JsonRpcProvider } from 'ethers'
import { CliError } from '../command/CliError.ts'
import type { Api } from '../http/api.ts'

/** The chain that the API settles on. */
export interface Chain {
  deployment: Deployment
  rpcUrl: string
  provider: JsonRpcProvider
  contracts: Contracts
  close(): void
}

/**
 * Opens the chain of the API's deployment, and makes sure that it is the one that answers.
 *
 * @param rpcUrl node to use in place of the one that the API names
 */
export async function openChain(api: Pick<Api, 'get'>, rpcUrl: string | null): Promise<Chain> {
  const { rpcUrl: named, ...deployment } = (await api.get('/v1/deployment')) as Deployment & {
    rpcUrl: string
  }
  const url = rpcUrl ?? named
  const provider = new JsonRpcProvider(url, deployment.chainId, {
    staticNetwork: true,
    cacheTimeout: -1,
  })
  const chainId = await askChain(url)
  if (chainId !== BigInt(deployment.chainId)) {
    provider.destroy()
    throw new CliError(`${url} is chain ${chainId}, the contracts are on ${deployment.chainId}`, {
      code: 'chain_other',
      hint: 'Set RPC_URL to a node of the right chain.',
    })
  }
  return {
    deployment,
    rpcUrl: url,
    provider,
    contracts: connectContracts(deployment, provider),
    close: () => provider.destroy(),
  }
}

/** The id of the chain behind a node. ethers would try for ever; a person wants to know. */
async function askChain(url: string): Promise<bigint> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
      signal: AbortSignal.timeout(10_000),
    })
    const { result } = (await response.json()) as { result: string }
    return BigInt(result)
  } catch (cause) {
    throw new CliError(`the chain does not answer at ${url}`, {
      code: 'chain_unreachable',
      hint: 'Start it, or set RPC_URL to a node of it.',
      cause,
    })
  }
}

import { connectContracts } from '@tributary/contracts/connect'
import type { Deployment } from '@tributary/contracts/deployment/deployment'
import { type Params, paramsFromValues } from '@tributary/protocol/attribution/params'
import type { JsonRpcProvider } from 'ethers'
import { ChainError, toChainError } from './ChainError.ts'
import type { BlockHead, ChainFacts, Heads } from './chainFacts.ts'

/** How long one look at the chain serves the requests that come after it. */
const FRESH_MS = 1000

/** Reads the facts of a deployment through a provider. */
export function openChain(provider: JsonRpcProvider, deployment: Deployment): ChainFacts {
  const contracts = connectContracts(deployment, provider)
  const chainId = BigInt(deployment.chainId)
  const { serviceId } = deployment
  const versions = new Map<number, Promise<Params>>()

  const paramsOf = (version: number): Promise<Params> => {
    // A version never changes once it is on chain, so it is read once.
    let params = versions.get(version)
    if (!params) {
      params = readParams(version)
      params.catch(() => versions.delete(version))
      versions.set(version, params)
    }
    return params
  }

  async function readParams(version: number): Promise<Params> {
    const [keys, values] = await asked(() => contracts.params.valuesOf(version))
    const byKey = new Map<string, bigint>()
    for (const [at, key] of (keys as string[]).entries()) byKey.set(key, values[at])
    return paramsFromValues(version, byKey)
  }

  return {
    chainId,
    serviceId,
    deployment,
    contracts,
    escrowDomain: { chainId, verifyingContract: deployment.contracts.PaymentEscrow },
    settlementDomain: { chainId, verifyingContract: deployment.contracts.AttributionSettlement },
    hostId: remembered(60_000, async () => {
      const service = await asked(() => contracts.settlement.service(serviceId))
      return service.hostAccountId as bigint
    }),
    async funded(payerId) {
      const [available, collected] = await asked(() =>
        Promise.all([
          contracts.escrow.available(payerId) as Promise<bigint>,
          contracts.escrow.collectedOf(payerId, serviceId),
        ]),
      )
      return available + (collected.cumulative as bigint)
    },
    params: remembered(FRESH_MS, async () => {
      const version = await asked(async () => {
        const epochId = (await contracts.settlement.lastEpochId()) as bigint
        return contracts.params.versionAt(epochId + 1n)
      })
      return paramsOf(Number(version))
    }),
    paramsOf,
    heads: remembered(FRESH_MS, async (): Promise<Heads> => {
      const [latest, safe, finalized] = await asked(() =>
        Promise.all(['latest', 'safe', 'finalized'].map((tag) => readHead(provider, tag))),
      )
      if (!latest) {
        throw new ChainError('the chain has no block yet', { code: 'CHAIN_UNAVAILABLE' })
      }
      return { latest, safe: safe ?? null, finalized: finalized ?? null }
    }),
  }
}

/** Asks the chain; what ethers throws comes back with a name. */
async function asked<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw toChainError(error)
  }
}

async function readHead(provider: JsonRpcProvider, tag: string): Promise<BlockHead | null> {
  const block = await provider.send('eth_getBlockByNumber', [tag, false])
  return block
    ? { number: Number(block.number), hash: block.hash, timestamp: Number(block.timestamp) }
    : null
}

/** Shares one call among those who ask within `freshMs`; a failure is not remembered. */
function remembered<T>(freshMs: number, read: () => Promise<T>): () => Promise<T> {
  let at = 0
  let value: Promise<T> | undefined
  return () => {
    if (!value || Date.now() - at > freshMs) {
      at = Date.now()
      value = read()
      value.catch(() => {
        value = undefined
      })
    }
    return value
  }
}

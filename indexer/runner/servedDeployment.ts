import type { Pool } from 'pg'
import type { ChainReader } from '../chain/chainReader.ts'
import type { BlockInfo, Deployment, IndexingError } from '../graphql/deployment.ts'
import type { SubgraphBuild } from '../manifest/subgraphBuild.ts'
import type { StoredError } from '../store/deploymentErrors.ts'
import type { DeploymentStore } from '../store/deploymentStore.ts'
import type { StoredBlock } from '../store/writeBatch.ts'
import { deploymentFeatures } from './deploymentFeatures.ts'
import { deploymentProof } from './deploymentProof.ts'
import type { DeploymentRunner } from './deploymentRunner.ts'

/** A deployment that is indexed in this process. */
export interface IndexedDeployment {
  readonly build: SubgraphBuild
  readonly store: DeploymentStore
  readonly names: ReadonlySet<string>
  readonly runner: DeploymentRunner
  readonly node: string
  readonly started: boolean
  readonly chain: ChainReader
}

/** How long a head that is not in memory is taken for the newest. */
const STORED_HEAD_MS = 250

/** Of a block's hash, `0x…`. */
const HASH_LENGTH = 66

/** graph-node's way to say that a deployment keeps its whole history. */
const ALL_HISTORY = 2147483647

/** What the query side sees of a deployment that is indexed in this process. */
export function servedDeployment(indexed: IndexedDeployment, pool: Pool): Deployment {
  const { build, store, names } = indexed
  const firstError = onceForEach(
    () => [indexed.runner.revision, indexed.runner.head?.hash],
    async () => (await store.errors.firstBlock()) ?? Number.POSITIVE_INFINITY,
  )
  // Live queries look at the head all the time, also of what is paused or has not begun.
  const storedHead = onceForEach(
    () => [indexed.runner, Math.floor(Date.now() / STORED_HEAD_MS)],
    () => store.chain.head(),
  )
  return {
    id: build.id,
    names,
    model: build.model,
    sdl: build.sdl,
    namespace: store.namespace,
    pool,
    get earliestBlock() {
      return store.earliestBlock
    },
    headBlock: async () => blockInfo(indexed.runner.head ?? (await storedHead())),
    newestHashSql: store.headHashSql,
    blockByHash: async (hash) => {
      if (hash.length !== HASH_LENGTH) return null
      // Blocks of long ranges are not stored one by one.
      return (await store.chain.at(hash))?.number ?? indexed.chain.blockNumber(hash)
    },
    blockHash: async (number) => (await store.chain.at(number))?.hash ?? null,
    blockInfo: async (number) => blockInfo(await store.chain.at(number)),
    finality: () => indexed.runner.finality,
    revision: () => indexed.runner.revision,
    hasIndexingErrors: async (block) => (await firstError()) <= block,
    status: async () => {
      const { health, fatalError, nonFatalErrors } = await store.errors.health()
      return {
        health,
        synced: await store.isSynced(),
        fatalError: fatalError && indexingError(fatalError),
        nonFatalErrors: nonFatalErrors.map(indexingError),
        network: build.manifest.network,
        chainHead: indexed.runner.chainHead,
        node: indexed.node,
        paused: !indexed.started,
      }
    },
    entityCount: async () => (await store.entityCount()).toString(),
    features: deploymentFeatures(build),
    historyBlocks: store.historyBlocks ?? ALL_HISTORY,
    chainBlockHash: async (number) => {
      const { latest } = await indexed.chain.heads()
      return number > latest.number ? null : indexed.chain.blockHash(number)
    },
    proofOfIndexing: (block, indexer) => deploymentProof(build, store, block, indexer),
  }
}

/** Reads something anew only when a key has changed; failures are not kept. */
function onceForEach<Value>(
  key: () => readonly unknown[],
  read: () => Promise<Value>,
): () => Promise<Value> {
  let known: { readonly key: readonly unknown[]; readonly value: Promise<Value> } | null = null
  return () => {
    const current = key()
    if (known === null || known.key.some((part, place) => part !== current[place])) {
      const value = read()
      const mine = { key: current, value }
      known = mine
      value.catch(() => {
        if (known === mine) known = null
      })
    }
    return known.value
  }
}

function blockInfo(block: StoredBlock | null): BlockInfo | null {
  return block === null ? null : { ...block, timestamp: Number(block.timestamp) }
}

function indexingError({ message, block, handler, deterministic }: StoredError): IndexingError {
  return { message, block, handler, deterministic }
}

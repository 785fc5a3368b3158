import type { Pool } from 'pg'
import type { Finality } from '../chain/finality.ts'
import type { EntityModel } from '../schema/entityModel.ts'

/** A block as queries and status answers speak of it. Hashes are `0x`-prefixed lower-case hex. */
export interface BlockInfo {
  readonly number: number
  readonly hash: string
  readonly parentHash: string
  /** Unix seconds. */
  readonly timestamp: number
}

/** An error that a handler or the host met while indexing. */
export interface IndexingError {
  readonly message: string
  readonly block: { readonly number: number; readonly hash: string } | null
  readonly handler: string | null
  /** Whether every node must meet the same error. */
  readonly deterministic: boolean
}

/** What the index-node status route tells about a deployment. */
export interface DeploymentStatus {
  readonly health: 'healthy' | 'unhealthy' | 'failed'
  readonly synced: boolean
  readonly fatalError: IndexingError | null
  readonly nonFatalErrors: readonly IndexingError[]
  /** Name of the chain as the manifest says it, such as `optimism`. */
  readonly network: string
  /** Newest block that the chain has, whether indexed or not. */
  readonly chainHead: { readonly number: number; readonly hash: string } | null
  /** Name of the indexing node that it is given to. */
  readonly node: string
  readonly paused: boolean
}

/** What a subgraph makes use of, for those who look for subgraphs that need something. */
export interface DeploymentFeatures {
  readonly apiVersion: string | null
  readonly specVersion: string
  /** Of the manifest, and those that graph-node finds in schema and handlers. */
  readonly features: readonly string[]
  readonly dataSources: readonly string[]
  readonly handlers: readonly string[]
  readonly network: string | null
}

/** One deployed subgraph, as the query side needs it. */
export interface Deployment {
  /** Deployment id: the CIDv0 of its manifest. */
  readonly id: string
  /** Names that it is served under, such as `tributary` or `owner/name`. */
  readonly names: ReadonlySet<string>
  readonly model: EntityModel
  /** The subgraph's own `schema.graphql`. */
  readonly sdl: string
  /** Postgres schema that holds its tables. */
  readonly namespace: string
  readonly pool: Pool
  /**
   * Newest indexed block, or null before the first one. It may lag behind what is committed to
   * the tables, but must never run ahead of it.
   */
  headBlock(): Promise<BlockInfo | null>
  /**
   * SQL for the hash, as bytea, of the newest block that the tables hold in the state that a
   * statement sees; without it, entities of the newest block are picked as those of any other.
   */
  readonly newestHashSql?: string
  /** Number of a block by its hash, indexed or not; null if there is none on the current branch. */
  blockByHash(hash: string): Promise<number | null>
  /** Hash of an indexed block by its number on the current branch, null if it is not known. */
  blockHash(number: number): Promise<string | null>
  /** Parent hash and time of a block on the current branch; null if they are not known. */
  blockInfo?(number: number): Promise<BlockInfo | null>
  /**
   * Another number whenever indexed blocks were taken back, so that what was read between two
   * equal ones belongs together; null while blocks may be taken back, or if that is not known.
   */
  revision?(): number | null
  /** Newest safe and newest finalized block of the chain; null before the chain was looked at. */
  finality?(): Finality | null
  /** First block that still can be queried. */
  readonly earliestBlock: number
  /** Whether a non-fatal error was met at or before the block. */
  hasIndexingErrors(block: number): Promise<boolean>
  status(): Promise<DeploymentStatus>
  /** How many entities there are at the newest indexed block, as a decimal string. */
  entityCount(): Promise<string>
  readonly features: DeploymentFeatures
  /** How many blocks of history it keeps; 2147483647 when it keeps all of it. */
  readonly historyBlocks: number
  /** Hash of a block as the chain has it now, indexed or not; null if the chain has none. */
  chainBlockHash(number: number): Promise<string | null>
  /**
   * The proof that the deployment indexed up to a block as any other would, `0x…`.
   *
   * @param indexer address that vouches for it, or null.
   * @returns null where there is none: the block is not indexed yet, or the manifest's specVersion
   *   is older than 0.0.6.
   */
  proofOfIndexing(
    block: { readonly number: number; readonly hash: string },
    indexer: string | null,
  ): Promise<string | null>
}

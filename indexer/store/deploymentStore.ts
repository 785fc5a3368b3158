import type { Pool, PoolClient } from 'pg'
import type { BlockPointer } from '../chain/chainTypes.ts'
import { BLOCK_NUMBER_MAX } from '../layout/blockNumberMax.ts'
import { type LayoutOptions, postponedIndexes } from '../layout/ddl.ts'
import { ifMissing } from '../layout/ifMissing.ts'
import { quoteIdentifier } from '../layout/quoteIdentifier.ts'
import { tables } from '../layout/tables.ts'
import { hasFileTemplates } from '../manifest/hasFileTemplates.ts'
import type { SubgraphBuild } from '../manifest/subgraphBuild.ts'
import type { EntityModel } from '../schema/entityModel.ts'
import { CreatedSources } from './createdSources.ts'
import { DeploymentErrors } from './deploymentErrors.ts'
import { EnsNames } from './ensNames.ts'
import { EntityTables } from './entityTables.ts'
import { findDeployment } from './findDeployment.ts'
import { type DeployContext, findOrCreateDeployment } from './findOrCreateDeployment.ts'
import { inTransaction } from './inTransaction.ts'
import { RollUps } from './rollUps.ts'
import { StoredChain } from './storedChain.ts'
import { ChainReplacedError, GraftPointError, HistoryPrunedError } from './storeErrors.ts'
import type { StoredBlock, WriteBatch } from './writeBatch.ts'

/** How much more history there may be than is kept before it is pruned: graph-node's. */
const HISTORY_SLACK = 1.2
/** Statements that make indexes at the same time. */
const AT_ONCE = 2

/** One deployment's namespace in Postgres: its entities, its head and its health. */
export class DeploymentStore {
  /** Content id of the deployed manifest. */
  readonly id: string
  /** Postgres schema of the deployment's tables: `sgd<number>`. */
  readonly namespace: string
  /** The blocks that it stands on, up to its head. */
  readonly chain: StoredChain
  readonly entities: EntityTables
  readonly sources: CreatedSources
  readonly errors: DeploymentErrors
  readonly ens: EnsNames
  readonly #pool: Pool
  readonly #number: number
  readonly #model: EntityModel
  readonly #rollUps: RollUps
  readonly #layout: LayoutOptions
  /** Blocks behind the head whose state is kept; null for all. */
  readonly historyBlocks: number | null
  /** The block whose state was taken over from another deployment; null of what is no graft. */
  readonly #graftBlock: number | null
  #earliest: number

  private constructor(pool: Pool, build: SubgraphBuild, number: number, history: History) {
    this.id = build.id
    this.namespace = `sgd${number}`
    this.chain = new StoredChain(pool, build.id, number, this.namespace)
    this.sources = new CreatedSources(pool, this.namespace, hasFileTemplates(build))
    this.errors = new DeploymentErrors(pool, build.id, number)
    this.entities = new EntityTables(build.model, this.namespace, pool, build.fileTypes)
    this.ens = new EnsNames(pool)
    this.#pool = pool
    this.#number = number
    this.#model = build.model
    this.#rollUps = new RollUps(build.model, this.namespace)
    this.#layout = { withCausalityRegion: build.fileTypes }
    const kept = history.kept ?? build.manifest.historyBlocks
    this.historyBlocks = kept === BLOCK_NUMBER_MAX ? null : kept
    this.#graftBlock = history.graftBlock
    this.#earliest = history.earliest
  }

  /** The first block whose state can be asked for. */
  get earliestBlock(): number {
    return this.#earliest
  }

  /** SQL for the hash of the block that the tables end with. */
  get headHashSql(): string {
    return `(select block_hash from subgraphs.head where id = ${this.#number})`
  }

  /**
   * Finds the deployment of a build under a name, or makes it: a changed build is a deployment of
   * its own, with tables of its own, and the name points to it from now on.
   *
   * @throws ManifestError, GraftError when it is a graft that cannot be made.
   */
  static async deploy(
    pool: Pool,
    build: SubgraphBuild,
    name: string,
    context: DeployContext,
  ): Promise<DeploymentStore> {
    const number = await findOrCreateDeployment(pool, build, name, context)
    return new DeploymentStore(pool, build, number, await readHistory(pool, number))
  }

  /** The deployment of a build, or null when it was never deployed here. Changes nothing. */
  static async find(pool: Pool, build: SubgraphBuild): Promise<DeploymentStore | null> {
    const number = await findDeployment(pool, build.id)
    if (number === null) return null
    return new DeploymentStore(pool, build, number, await readHistory(pool, number))
  }

  /**
   * Writes a batch and the new head in one transaction: after a crash either all of it is there
   * or nothing.
   *
   * @param before the head that the batch was computed on.
   * @throws HeadMovedError when the stored head is another one; then nothing is written.
   */
  async write(batch: WriteBatch, before: StoredBlock | null): Promise<void> {
    const { head } = batch
    if (head === null) return
    try {
      await inTransaction(this.#pool, async (client) => {
        await this.chain.moveHead(client, before, head)
        for (const table of batch.tables) await this.entities.write(client, table)
        await this.#rollUps.run(client, before, batch.blocks)
        await this.sources.insert(client, batch.sources)
        for (const { block, changes } of batch.files) {
          await this.sources.writeFiles(client, block, changes)
        }
        await this.chain.insert(client, batch.blocks)
        for (const error of batch.errors) await this.errors.insert(client, error)
      })
    } catch (error) {
      this.entities.forget()
      throw error
    }
  }

  /**
   * Drops what no block that is kept can see any more, once there is a fifth more of it than is to
   * be kept.
   *
   * @param finalized nothing that a reorg may bring back is dropped.
   */
  async prune(head: number, finalized: number): Promise<void> {
    if (this.historyBlocks === null) return
    if (head <= this.#earliest + this.historyBlocks * HISTORY_SLACK) return
    const earliest = Math.min(head - this.historyBlocks, finalized)
    if (earliest <= this.#earliest) return
    // First nobody may ask for it, then it goes.
    await this.#pool.query(
      'update subgraphs.deployment set earliest_block_number = $2 where id = $1',
      [this.#number, earliest],
    )
    this.#earliest = earliest
    await this.entities.prune(earliest)
  }

  /** Makes the indexes that a first sync does without, once it has come to its end. */
  async createPostponedIndexes(): Promise<void> {
    const { rows } = await this.#pool.query(
      'select postponed_indexes_created as created from subgraphs.deployment where id = $1',
      [this.#number],
    )
    if (rows[0]?.created !== false) return
    const indexes = postponedIndexes(this.#model, this.namespace, this.#layout)
    await this.#runAll(indexes.map(ifMissing))
    // The planner knows nothing yet of tables that were filled at once.
    await this.#runAll(tables(this.#model).map(({ name }) => `analyze ${this.#table(name)}`))
    await this.#pool.query(
      'update subgraphs.deployment set postponed_indexes_created = true where id = $1',
      [this.#number],
    )
  }

  /**
   * @throws GraftPointError when the state after a block was never the deployment's own.
   * @throws HistoryPrunedError when it is not kept any more.
   */
  checkKept(target: BlockPointer | null): void {
    const graft = this.#graftBlock
    if (graft !== null && (target === null || target.number < graft)) {
      const to = target === null ? 'before its first block' : `to block ${target.number}`
      throw new GraftPointError(
        `Can not revert subgraph \`${this.id}\` ${to} as it was grafted at block ${graft} and reverting past a graft point is not possible: rewind it to block ${graft} at the earliest, or graft it anew at a block before`,
      )
    }
    if (target === null || target.number >= this.#earliest) return
    const anew =
      graft === null
        ? 'rewind it to before its first block, which indexes it anew'
        : 'graft it anew at a block before'
    throw new HistoryPrunedError(
      `deployment ${this.id} cannot go back to block ${target.number}: its indexerHints.prune left nothing before block ${this.#earliest}; ${anew}, or ask a node that still has block ${this.#earliest} as it was`,
    )
  }

  /**
   * Takes back everything after a block.
   *
   * @param head where the store stands.
   * @param target a block that it stands on; null takes back everything.
   * @throws GraftPointError, HistoryPrunedError when the state after `target` is not there.
   */
  async revert(head: BlockPointer, target: BlockPointer | null): Promise<void> {
    this.checkKept(target)
    const earliest = await inTransaction(this.#pool, async (client) => {
      await this.chain.moveHead(client, head, target)
      await this.#undo(client, target?.number ?? -1)
      const { rows } = await client.query(
        `update subgraphs.deployment d
            set reorg_count = reorg_count + 1, current_reorg_depth = $2,
                max_reorg_depth = greatest(max_reorg_depth, $2),
                earliest_block_number = case when $3 then m.start_block_number
                                             else earliest_block_number end
           from subgraphs.subgraph_manifest m
          where d.id = $1 and m.id = d.id returning earliest_block_number as earliest`,
        [this.#number, head.number - (target?.number ?? -1), target === null],
      )
      return rows[0].earliest as number
    })
    this.#earliest = earliest
  }

  /**
   * Takes back the block at which a deployment failed, so that it is tried again.
   *
   * @returns whether it had failed.
   */
  async rewindFailure(): Promise<boolean> {
    return inTransaction(this.#pool, async (client) => {
      const { rows } = await client.query(
        `select h.block_number from subgraphs.deployment d join subgraphs.head h using (id)
           join subgraphs.subgraph_error e on e.id = d.fatal_error
          where d.id = $1 and d.failed and e.deterministic for update of h`,
        [this.#number],
      )
      if (rows.length === 0) return false
      await this.#undo(client, rows[0].block_number - 1)
      await this.chain.moveHeadToLast(client)
      return true
    })
  }

  /** The state of the proof of indexing after a block, by causality region. */
  async proofDigests(block: number): Promise<Map<string, Uint8Array>> {
    const { rows } = await this.#pool.query(
      `select id, digest from ${this.#table('poi2$')} where block_range @> $1::int`,
      [block],
    )
    return new Map(rows.map(({ id, digest }) => [id, new Uint8Array(digest)]))
  }

  /** Whether the deployment has come to the chain's head once. */
  async isSynced(): Promise<boolean> {
    const { rows } = await this.#pool.query(
      'select synced_at is not null as synced from subgraphs.deployment where id = $1',
      [this.#number],
    )
    return rows[0]?.synced ?? false
  }

  /** Entities that there are at the head. */
  async entityCount(): Promise<bigint> {
    return this.entities.count()
  }

  /**
   * Holds the node's chain against the one that the network's name stands for.
   *
   * @throws ChainReplacedError when it is another one.
   */
  async checkChain(network: string, chainId: string, genesisHash: string): Promise<void> {
    const { rows } = await this.#pool.query(
      `insert into public.chains (name, net_version, genesis_block_hash) values ($1, $2, $3)
       on conflict (name) do update set name = excluded.name
       returning net_version, genesis_block_hash`,
      [network, chainId, genesisHash],
    )
    const { net_version: id, genesis_block_hash: genesis } = rows[0]
    if (id === chainId && genesis === genesisHash) return
    throw new ChainReplacedError(
      `the node serves chain ${chainId} with genesis ${genesisHash}, but the network \`${network}\` in this database is chain ${id} with genesis ${genesis}: point RPC_URL to that chain, or index this one into an empty database`,
    )
  }

  /** Remembers that the deployment has come to the chain's head once. */
  async markSynced(block: number): Promise<void> {
    await this.#pool.query(
      `update subgraphs.deployment set synced_at = now(), synced_at_block_number = $2
        where id = $1 and synced_at is null`,
      [this.#number, block],
    )
  }

  async #undo(client: PoolClient, block: number): Promise<void> {
    await this.entities.revert(client, block)
    await this.chain.revert(client, block)
    await this.sources.revert(client, block)
    await this.errors.revert(client, block)
  }

  /** Runs statements that do not depend on each other, some at once: a connection uses one core. */
  async #runAll(statements: readonly string[]): Promise<void> {
    const left = [...statements]
    const worker = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        await this.#pool.query(next)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }

  #table(name: string): string {
    return `${this.namespace}.${quoteIdentifier(name)}`
  }
}

/** Which blocks' state a deployment has. */
interface History {
  readonly earliest: number
  /** Blocks behind the head that are kept; null where an earlier version made the deployment. */
  readonly kept: number | null
  readonly graftBlock: number | null
}

async function readHistory(pool: Pool, number: number): Promise<History> {
  const { rows } = await pool.query(
    `select d.earliest_block_number as earliest, m.history_blocks as kept,
            d.graft_block_number as "graftBlock"
       from subgraphs.deployment d join subgraphs.subgraph_manifest m using (id) where d.id = $1`,
    [number],
  )
  return rows[0]
}

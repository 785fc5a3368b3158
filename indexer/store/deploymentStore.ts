import { randomUUID } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import type { BlockPointer } from '../chain/chainTypes.ts'
import {
  createProofTable,
  createTables,
  type LayoutOptions,
  postponedIndexes,
} from '../layout/ddl.ts'
import { ifMissing } from '../layout/ifMissing.ts'
import { quoteIdentifier } from '../layout/quoteIdentifier.ts'
import { tables } from '../layout/tables.ts'
import { firstStartBlock } from '../manifest/firstStartBlock.ts'
import { hasFileTemplates } from '../manifest/hasFileTemplates.ts'
import type { SubgraphBuild } from '../manifest/readBuild.ts'
import type { EntityModel } from '../schema/entityModel.ts'
import { readContext, writeContext } from '../values/contextJson.ts'
import { type DroppedAssignment, dropDeployment, lockDeployment } from './dropDeployment.ts'
import type { DynamicSource } from './dynamicSource.ts'
import { EnsNames } from './ensNames.ts'
import { EntityTables } from './entityTables.ts'
import type { StoredFileSource } from './fileSource.ts'
import { inTransaction } from './inTransaction.ts'
import { createOwnTables } from './metadata.ts'
import { RollUps } from './rollUps.ts'
import type { RecordedError, StoredBlock, WriteBatch } from './writeBatch.ts'

/** The store's head is not where this process left it: another one writes the same deployment. */
export class HeadMovedError extends Error {
  override readonly name = 'HeadMovedError'
}

/** The node serves another chain than the one that is stored under the network's name. */
export class ChainReplacedError extends Error {
  override readonly name = 'ChainReplacedError'
}

/** What the deployment would have to go back to is not kept any more. */
export class HistoryPrunedError extends Error {
  override readonly name = 'HistoryPrunedError'
}

/** A failure as it was recorded. */
export interface StoredError {
  readonly message: string
  readonly handler: string | null
  readonly block: { readonly number: number; readonly hash: string } | null
  /** Whether it stopped the deployment. */
  readonly fatal: boolean
  /** Whether it would be the same everywhere; else the block is tried again. */
  readonly deterministic: boolean
}

/** How much more history there may be than is kept before it is pruned: graph-node's. */
const HISTORY_SLACK = 1.2

/** One deployment's namespace in Postgres: its entities, its head and its health. */
export class DeploymentStore {
  /** Content id of the deployed manifest. */
  readonly id: string
  /** Postgres schema of the deployment's tables: `sgd<number>`. */
  readonly namespace: string
  readonly entities: EntityTables
  readonly ens: EnsNames
  readonly #pool: Pool
  readonly #number: number
  readonly #model: EntityModel
  readonly #rollUps: RollUps
  readonly #layout: LayoutOptions
  readonly #hasFiles: boolean
  /** Blocks behind the head whose state is kept; null for all. */
  readonly historyBlocks: number | null
  #earliest: number

  private constructor(pool: Pool, build: SubgraphBuild, number: number, earliest: number) {
    this.id = build.id
    this.namespace = `sgd${number}`
    this.entities = new EntityTables(build.model, this.namespace, pool, build.fileTypes)
    this.ens = new EnsNames(pool)
    this.#pool = pool
    this.#number = number
    this.#model = build.model
    this.#rollUps = new RollUps(build.model, this.namespace)
    this.#layout = { withCausalityRegion: build.fileTypes }
    this.#hasFiles = hasFileTemplates(build)
    this.historyBlocks = build.manifest.historyBlocks
    this.#earliest = earliest
  }

  /** The first block whose state can be asked for. */
  get earliestBlock(): number {
    return this.#earliest
  }

  /**
   * Finds the deployment of a build under a name, or makes it: a changed build is a deployment of
   * its own, with tables of its own, and the name points to it from now on.
   */
  static async deploy(
    pool: Pool,
    build: SubgraphBuild,
    name: string,
    warn: (message: string) => void,
  ): Promise<DeploymentStore> {
    const number = await inTransaction(pool, async (client) => {
      await lockDeployment(client, build.id)
      const found = await findDeployment(client, build.id)
      const isOld = found !== null && !(await hasProofTable(client, found))
      const assignment = isOld ? await dropDeployment(client, found) : null
      const number = found === null || isOld ? await insert(client, build) : found
      if (isOld) {
        if (assignment !== null) await assignAgain(client, number, assignment)
        warn(
          `sgd${found} was made by an earlier version, without proofs of indexing: ${name} is indexed anew into sgd${number}, and sgd${found} is dropped`,
        )
      }
      await pointName(client, name, build.id)
      return number
    })
    return new DeploymentStore(pool, build, number, await earliestBlock(pool, number))
  }

  /** The deployment of a build, or null when it was never deployed here. Changes nothing. */
  static async find(pool: Pool, build: SubgraphBuild): Promise<DeploymentStore | null> {
    const number = await findDeployment(pool, build.id)
    if (number === null) return null
    return new DeploymentStore(pool, build, number, await earliestBlock(pool, number))
  }

  /** The last block whose changes are stored, or null before the first. */
  async head(): Promise<StoredBlock | null> {
    const { rows } = await this.#pool.query(
      `select b.* from subgraphs.head h
         join ${this.#table('blocks$')} b on b.number = h.block_number
        where h.id = $1`,
      [this.#number],
    )
    return rows.length === 0 ? null : toBlock(rows[0])
  }

  /** Blocks that the deployment stands on, the newest first, not newer than `number`. */
  async blocksDownFrom(number: number, limit: number): Promise<StoredBlock[]> {
    const { rows } = await this.#pool.query(
      `select * from ${this.#table('blocks$')} where number <= $1 order by number desc limit $2`,
      [number, limit],
    )
    return rows.map(toBlock)
  }

  /** A block that the deployment stands on, by its number or hash, or null. */
  async block(place: number | string): Promise<StoredBlock | null> {
    const byNumber = typeof place === 'number'
    const { rows } = await this.#pool.query(
      `select * from ${this.#table('blocks$')} where ${byNumber ? 'number' : 'hash'} = $1`,
      [byNumber ? place : bytea(place)],
    )
    return rows.length === 0 ? null : toBlock(rows[0])
  }

  /** Data sources that handlers created, in the order of their creation. */
  async dynamicSources(): Promise<DynamicSource[]> {
    const { rows } = await this.#pool.query(
      `select manifest_idx, encode(param, 'hex') as param, context, lower(block_range) as block
         from ${this.#table('data_sources$')} where causality_region = 0 order by vid`,
    )
    return rows.map((row) => ({
      manifestIndex: row.manifest_idx,
      address: `0x${row.param}`,
      context: readContext(row.context),
      creationBlock: row.block,
    }))
  }

  /** File data sources that handlers created, in the order of their creation. */
  async fileSources(): Promise<StoredFileSource[]> {
    if (!this.#hasFiles) return []
    const { rows } = await this.#pool.query(
      `select manifest_idx, convert_from(param, 'utf8') as file, context, done_at,
              lower(block_range) as block, causality_region
         from ${this.#table('data_sources$')} where causality_region > 0 order by vid`,
    )
    return rows.map((row) => ({
      manifestIndex: row.manifest_idx,
      file: row.file,
      context: readContext(row.context),
      creationBlock: row.block,
      causalityRegion: row.causality_region,
      doneAt: row.done_at,
    }))
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
        await this.#moveHead(client, before, head)
        for (const table of batch.tables) await this.entities.write(client, table)
        await this.#rollUps.run(client, before, batch.blocks)
        await this.#insertSources(client, batch.sources)
        for (const { block, changes } of batch.files) {
          await this.#insertFileSources(client, changes.created)
          await this.#markDone(client, changes.done, block)
        }
        await this.#insertBlocks(client, batch.blocks)
        for (const error of batch.errors) await this.#insertError(client, error)
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
    for (const statement of postponedIndexes(this.#model, this.namespace, this.#layout)) {
      await this.#pool.query(ifMissing(statement))
    }
    // The planner knows nothing yet of tables that were filled at once.
    for (const { name } of tables(this.#model)) {
      await this.#pool.query(`analyze ${this.#table(name)}`)
    }
    await this.#pool.query(
      'update subgraphs.deployment set postponed_indexes_created = true where id = $1',
      [this.#number],
    )
  }

  /** @throws HistoryPrunedError when the state after a block is not kept any more. */
  checkKept(target: BlockPointer | null): void {
    if (target === null || target.number >= this.#earliest) return
    throw new HistoryPrunedError(
      `deployment ${this.id} cannot go back to block ${target.number}: its indexerHints.prune left nothing before block ${this.#earliest}; rewind it to before its first block, which indexes it anew, or ask a node that still has block ${this.#earliest} as it was`,
    )
  }

  /**
   * Takes back everything after a block.
   *
   * @param head where the store stands.
   * @param target a block that it stands on; null takes back everything.
   * @throws HistoryPrunedError when the state after `target` is not kept any more.
   */
  async revert(head: BlockPointer, target: BlockPointer | null): Promise<void> {
    this.checkKept(target)
    const earliest = await inTransaction(this.#pool, async (client) => {
      await this.#moveHead(client, head, target)
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
      await client.query(
        `update subgraphs.head h set (block_number, block_hash) = (
           select max(number), (array_agg(hash order by number desc))[1]
             from ${this.#table('blocks$')}
         ) where h.id = $1`,
        [this.#number],
      )
      return true
    })
  }

  /** Failures of handlers on the way to the head, the oldest first. */
  async errors(): Promise<StoredError[]> {
    const { rows } = await this.#pool.query(
      `select e.message, e.handler, lower(e.block_range) as number, e.block_hash as hash,
              e.deterministic, coalesce(e.id = d.fatal_error, false) as fatal
         from subgraphs.subgraph_error e join subgraphs.deployment d on d.subgraph = e.subgraph_id
        where d.id = $1 order by e.vid`,
      [this.#number],
    )
    return rows.map(({ message, handler, number, hash, fatal, deterministic }) => ({
      message,
      handler,
      block: hash === null ? null : { number, hash: `0x${hash.toString('hex')}` },
      fatal,
      deterministic,
    }))
  }

  /** Records that a block cannot be processed for now; the first such failure stays. */
  async failForNow(message: string, block: BlockPointer): Promise<void> {
    await inTransaction(this.#pool, async (client) => {
      const { rows } = await client.query(
        'select failed from subgraphs.deployment where id = $1 for update',
        [this.#number],
      )
      if (rows[0]?.failed !== false) return
      await this.#insertError(client, { message, handler: null, block, fatal: true }, false)
    })
  }

  /** Takes back what {@link failForNow} recorded, as the block was processed after all. */
  async recover(): Promise<void> {
    await this.#pool.query(
      `with gone as (
         delete from subgraphs.subgraph_error e using subgraphs.deployment d
          where d.id = $1 and e.id = d.fatal_error and not e.deterministic returning e.id)
       update subgraphs.deployment
          set failed = false, fatal_error = null,
              health = case when non_fatal_errors = '{}' then 'healthy' else 'unhealthy' end
        where id = $1 and fatal_error in (select id from gone)`,
      [this.#number],
    )
  }

  /** The state of the proof of indexing after a block, by causality region. */
  async proofDigests(block: number): Promise<Map<string, Uint8Array>> {
    const { rows } = await this.#pool.query(
      `select id, digest from ${this.#table('poi2$')} where block_range @> $1::int`,
      [block],
    )
    return new Map(rows.map(({ id, digest }) => [id, new Uint8Array(digest)]))
  }

  /** The first block in which a handler failed, and the deployment went on or stopped; or null. */
  async firstErrorBlock(): Promise<number | null> {
    const { rows } = await this.#pool.query(
      'select min(lower(block_range)) as block from subgraphs.subgraph_error where subgraph_id = $1 and deterministic',
      [this.id],
    )
    return rows[0].block
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

  async #moveHead(
    client: PoolClient,
    before: BlockPointer | null,
    after: BlockPointer | null,
  ): Promise<void> {
    const { rowCount } = await client.query(
      `update subgraphs.head set block_number = $2, block_hash = $3
        where id = $1 and block_hash is not distinct from $4`,
      [
        this.#number,
        after?.number ?? null,
        after === null ? null : bytea(after.hash),
        before === null ? null : bytea(before.hash),
      ],
    )
    if (rowCount === 1) return
    throw new HeadMovedError(
      `deployment ${this.id} does not stand at block ${before?.number ?? 'none'} any more: does another indexer write it?`,
    )
  }

  async #undo(client: PoolClient, block: number): Promise<void> {
    await this.entities.revert(client, block)
    await client.query(`delete from ${this.#table('blocks$')} where number > $1`, [block])
    await client.query(
      `delete from ${this.#table('data_sources$')} where lower(block_range) > $1`,
      [block],
    )
    if (this.#hasFiles) {
      // Their files are handled once more, in a block of the chain that there is now.
      await client.query(
        `update ${this.#table('data_sources$')} set done_at = null where done_at > $1`,
        [block],
      )
    }
    await client.query(
      'delete from subgraphs.subgraph_error where subgraph_id = $1 and lower(block_range) > $2',
      [this.id, block],
    )
    await client.query(
      `update subgraphs.deployment d
          set failed = false, fatal_error = null, non_fatal_errors = e.ids,
              health = case when e.ids = '{}' then 'healthy' else 'unhealthy' end
         from (select coalesce(array_agg(id order by vid), '{}') as ids
                 from subgraphs.subgraph_error where subgraph_id = $2) e
        where d.id = $1`,
      [this.#number, this.id],
    )
  }

  async #insertSources(client: PoolClient, sources: readonly DynamicSource[]): Promise<void> {
    for (const source of sources) {
      await client.query(
        `insert into ${this.#table('data_sources$')}
           (block_range, causality_region, manifest_idx, param, context)
         values (int4range($1, null), 0, $2, $3, $4)`,
        [
          source.creationBlock,
          source.manifestIndex,
          bytea(source.address),
          JSON.stringify(writeContext(source.context)),
        ],
      )
    }
  }

  async #insertFileSources(
    client: PoolClient,
    sources: readonly StoredFileSource[],
  ): Promise<void> {
    if (sources.length === 0) return
    await client.query(
      `insert into ${this.#table('data_sources$')}
         (block_range, causality_region, manifest_idx, param, context)
       select int4range(b, null), r, m, convert_to(f, 'utf8'), c
         from unnest($1::int[], $2::int[], $3::int[], $4::text[], $5::jsonb[]) as s(b, r, m, f, c)`,
      [
        sources.map((source) => source.creationBlock),
        sources.map((source) => source.causalityRegion),
        sources.map((source) => source.manifestIndex),
        sources.map((source) => source.file),
        sources.map((source) => JSON.stringify(writeContext(source.context))),
      ],
    )
  }

  async #markDone(client: PoolClient, regions: readonly number[], block: number): Promise<void> {
    if (regions.length === 0) return
    await client.query(
      `update ${this.#table('data_sources$')} set done_at = $1 where causality_region = any($2)`,
      [block, regions],
    )
  }

  async #insertBlocks(client: PoolClient, blocks: readonly StoredBlock[]): Promise<void> {
    await client.query(
      `insert into ${this.#table('blocks$')} (number, hash, parent_hash, timestamp)
       select * from unnest($1::int[], $2::bytea[], $3::bytea[], $4::bigint[])`,
      [
        blocks.map((block) => block.number),
        blocks.map((block) => bytea(block.hash)),
        blocks.map((block) => bytea(block.parentHash)),
        blocks.map((block) => block.timestamp.toString()),
      ],
    )
  }

  async #insertError(
    client: PoolClient,
    error: Omit<RecordedError, 'block'> & { readonly block: BlockPointer },
    deterministic = true,
  ): Promise<void> {
    const id = randomUUID()
    await client.query(
      `insert into subgraphs.subgraph_error
         (id, subgraph_id, message, block_hash, handler, block_range, deterministic)
       values ($1, $2, $3, $4, $5, int4range($6, null), $7)`,
      [
        id,
        this.id,
        error.message,
        bytea(error.block.hash),
        error.handler,
        error.block.number,
        deterministic,
      ],
    )
    await client.query(
      error.fatal
        ? `update subgraphs.deployment set failed = true, health = 'failed', fatal_error = $2
            where id = $1`
        : `update subgraphs.deployment
              set health = 'unhealthy', non_fatal_errors = non_fatal_errors || $2::text
            where id = $1`,
      [this.#number, id],
    )
  }

  #table(name: string): string {
    return `${this.namespace}.${quoteIdentifier(name)}`
  }
}

async function earliestBlock(pool: Pool, number: number): Promise<number> {
  const { rows } = await pool.query(
    'select earliest_block_number as earliest from subgraphs.deployment where id = $1',
    [number],
  )
  return rows[0].earliest
}

async function findDeployment(client: Pool | PoolClient, id: string): Promise<number | null> {
  const { rows } = await client.query(
    'select id from public.deployment_schemas where subgraph = $1',
    [id],
  )
  return rows[0]?.id ?? null
}

/** Schemas of versions that kept no proofs of indexing lack their table. */
async function hasProofTable(client: PoolClient, number: number): Promise<boolean> {
  const { rows } = await client.query('select to_regclass($1) is not null as has', [
    `sgd${number}."poi2$"`,
  ])
  return rows[0].has
}

async function assignAgain(
  client: PoolClient,
  number: number,
  { node, pausedAt }: DroppedAssignment,
): Promise<void> {
  await client.query(
    `insert into subgraphs.subgraph_deployment_assignment (id, node_id, paused_at)
     values ($1, $2, $3)`,
    [number, node, pausedAt],
  )
}

async function insert(client: PoolClient, build: SubgraphBuild): Promise<number> {
  const { manifest } = build
  const { rows } = await client.query(
    `insert into public.deployment_schemas (id, subgraph, name, network)
     select n, $1, 'sgd' || n, $2
       from nextval(pg_get_serial_sequence('public.deployment_schemas', 'id')) as n
     returning id, name`,
    [build.id, manifest.network],
  )
  const { id, name } = rows[0]
  await client.query(`create schema ${name}`)
  const layout = { withCausalityRegion: build.fileTypes }
  const postponed = new Set(postponedIndexes(build.model, name, layout))
  for (const statement of createTables(build.model, name, layout)) {
    if (!postponed.has(statement)) await client.query(statement)
  }
  for (const statement of createProofTable(build.model, name)) await client.query(statement)
  for (const statement of createOwnTables(name)) await client.query(statement)
  // The state before the first block can be asked for too: there is nothing in it yet.
  const startBlock = Math.max(firstStartBlock(manifest.dataSources) - 1, 0)
  await client.query('insert into subgraphs.head (id) values ($1)', [id])
  await client.query(
    'insert into subgraphs.deployment (id, subgraph, earliest_block_number) values ($1, $2, $3)',
    [id, build.id, startBlock],
  )
  await client.query(
    `insert into subgraphs.subgraph_manifest
       (id, spec_version, description, repository, schema, features, start_block_number, raw_yaml,
        entities_with_causality_region)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      id,
      manifest.specVersion,
      manifest.description,
      manifest.repository,
      build.sdl,
      manifest.features,
      startBlock,
      build.manifestText,
      [...build.fileTypes],
    ],
  )
  return id
}

async function pointName(client: PoolClient, name: string, deployment: string): Promise<void> {
  const seconds = Math.floor(Date.now() / 1000)
  const { rows } = await client.query(
    `insert into subgraphs.subgraph (id, name, created_at) values ($1, $2, $3)
     on conflict (name) do update set name = excluded.name
     returning id, current_version`,
    [randomUUID(), name, seconds],
  )
  const { id: subgraph, current_version: version } = rows[0]
  const { rowCount } = await client.query(
    'select 1 from subgraphs.subgraph_version where id = $1 and deployment = $2',
    [version, deployment],
  )
  if (rowCount === 1) return
  const next = randomUUID()
  await client.query('insert into subgraphs.subgraph_version values ($1, $2, $3, $4)', [
    next,
    subgraph,
    deployment,
    seconds,
  ])
  await client.query('update subgraphs.subgraph set current_version = $2 where id = $1', [
    subgraph,
    next,
  ])
}

function toBlock(row: Record<string, unknown>): StoredBlock {
  return {
    number: row.number as number,
    hash: `0x${(row.hash as Buffer).toString('hex')}`,
    parentHash: `0x${(row.parent_hash as Buffer).toString('hex')}`,
    timestamp: BigInt(row.timestamp as string),
  }
}

function bytea(hex: string): Buffer {
  return Buffer.from(hex.slice(2), 'hex')
}

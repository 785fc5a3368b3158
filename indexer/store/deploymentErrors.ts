import { randomUUID } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import type { BlockPointer } from '../chain/chainTypes.ts'
import { bytea } from './bytea.ts'
import { inTransaction } from './inTransaction.ts'
import type { RecordedError } from './writeBatch.ts'

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

/** What is told of a deployment's failures, as graph-node tells it. */
export interface DeploymentHealth {
  readonly health: 'healthy' | 'unhealthy' | 'failed'
  readonly fatalError: StoredError | null
  /** Those of the last block that had any; none once it failed, or when a reorg took that block. */
  readonly nonFatalErrors: readonly StoredError[]
}

const COLUMNS = `e.message, e.handler, lower(e.block_range) as number, e.block_hash as hash,
              e.deterministic, coalesce(e.id = d.fatal_error, false) as fatal`

/** The failures of one deployment, and its health. */
export class DeploymentErrors {
  readonly #pool: Pool
  /** Content id of the deployment. */
  readonly #id: string
  readonly #number: number

  constructor(pool: Pool, id: string, number: number) {
    this.#pool = pool
    this.#id = id
    this.#number = number
  }

  /** Failures of handlers on the way to the head, the oldest first. */
  async all(): Promise<StoredError[]> {
    const { rows } = await this.#pool.query(
      `select ${COLUMNS}
         from subgraphs.subgraph_error e join subgraphs.deployment d on d.subgraph = e.subgraph_id
        where d.id = $1 order by e.vid`,
      [this.#number],
    )
    return rows.map(storedError)
  }

  /** As on graph-node, failures that came with a graft are not among these: queries tell of them. */
  async health(): Promise<DeploymentHealth> {
    const { rows } = await this.#pool.query(
      `select d.health, ${COLUMNS}
         from subgraphs.deployment d left join subgraphs.subgraph_error e
           on e.id = d.fatal_error or e.id = any(d.non_fatal_errors)
        where d.id = $1 order by e.vid`,
      [this.#number],
    )
    const errors = rows.filter(({ message }) => message !== null).map(storedError)
    return {
      health: rows[0].health,
      fatalError: errors.find(({ fatal }) => fatal) ?? null,
      nonFatalErrors: errors.filter(({ fatal }) => !fatal),
    }
  }

  /** The first block in which a handler failed, and the deployment went on or stopped; or null. */
  async firstBlock(): Promise<number | null> {
    const { rows } = await this.#pool.query(
      'select min(lower(block_range)) as block from subgraphs.subgraph_error where subgraph_id = $1 and deterministic',
      [this.#id],
    )
    return rows[0].block
  }

  /** Records that a block cannot be processed for now; the first such failure stays. */
  async failForNow(message: string, block: BlockPointer): Promise<void> {
    await inTransaction(this.#pool, async (client) => {
      const { rows } = await client.query(
        'select failed from subgraphs.deployment where id = $1 for update',
        [this.#number],
      )
      if (rows[0]?.failed !== false) return
      await this.insert(client, { message, handler: null, block, fatal: true }, false)
    })
  }

  /**
   * Takes back what {@link failForNow} recorded, as the block was processed after all. The health is
   * then good, as in graph-node, even where handlers of blocks before were skipped.
   */
  async recover(): Promise<void> {
    await this.#pool.query(
      `with gone as (
         delete from subgraphs.subgraph_error where subgraph_id = $2 and not deterministic returning id)
       update subgraphs.deployment set failed = false, fatal_error = null, health = 'healthy'
        where id = $1 and fatal_error in (select id from gone)`,
      [this.#number, this.#id],
    )
  }

  async insert(
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
        this.#id,
        error.message,
        bytea(error.block.hash),
        error.handler,
        error.block.number,
        deterministic,
      ],
    )
    await client.query(
      error.fatal
        ? `update subgraphs.deployment
              set failed = true, health = 'failed', fatal_error = $2, non_fatal_errors = '{}'
            where id = $1`
        : `update subgraphs.deployment d
              set failed = false, health = 'unhealthy', fatal_error = null,
                  non_fatal_errors = array(
                    select e.id from subgraphs.subgraph_error e, subgraphs.subgraph_error last
                     where last.id = $2 and e.subgraph_id = d.subgraph and e.deterministic
                       and lower(e.block_range) = lower(last.block_range) order by e.vid)
            where d.id = $1`,
      [this.#number, id],
    )
  }

  /**
   * Forgets the failures after a block, and whatever stopped the deployment. As in graph-node, those
   * of blocks before are not told of in place of them, but count for the health; unless the
   * deployment had failed, when it is good.
   */
  async revert(client: PoolClient, block: number): Promise<void> {
    await client.query(
      'delete from subgraphs.subgraph_error where subgraph_id = $1 and lower(block_range) > $2',
      [this.#id, block],
    )
    await client.query(
      `update subgraphs.deployment d
          set failed = false, fatal_error = null,
              non_fatal_errors = array(select id from subgraphs.subgraph_error
                                        where id = any(d.non_fatal_errors) order by vid),
              health = case when not d.failed and exists (
                              select from subgraphs.subgraph_error
                               where subgraph_id = d.subgraph and deterministic)
                            then 'unhealthy' else 'healthy' end
        where d.id = $1`,
      [this.#number],
    )
  }
}

interface ErrorRow {
  readonly message: string
  readonly handler: string | null
  readonly number: number
  readonly hash: Buffer | null
  readonly fatal: boolean
  readonly deterministic: boolean
}

function storedError({
  message,
  handler,
  number,
  hash,
  fatal,
  deterministic,
}: ErrorRow): StoredError {
  const block = hash === null ? null : { number, hash: `0x${hash.toString('hex')}` }
  return { message, handler, block, fatal, deterministic }
}

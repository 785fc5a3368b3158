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

/** How a deployment stands. */
export interface DeploymentState {
  readonly health: 'healthy' | 'unhealthy' | 'failed'
  readonly errors: readonly StoredError[]
}

/** The failures of one deployment, and its health, which follows from them. */
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
  async all(): Promise<readonly StoredError[]> {
    return (await this.state()).errors
  }

  /**
   * How the deployment stands, and the failures that made it so. As on graph-node, those that came
   * with a graft are not among them: only queries tell of these.
   */
  async state(): Promise<DeploymentState> {
    const { rows } = await this.#pool.query(
      `select d.health, e.id is not null as failing, e.message, e.handler,
              lower(e.block_range) as number, e.block_hash as hash, e.deterministic,
              coalesce(e.id = d.fatal_error, false) as fatal
         from subgraphs.deployment d
         left join subgraphs.subgraph_error e on d.subgraph = e.subgraph_id
          and (e.id = d.fatal_error or e.id = any(d.non_fatal_errors))
        where d.id = $1 order by e.vid`,
      [this.#number],
    )
    const errors = rows
      .filter(({ failing }) => failing)
      .map(({ message, handler, number, hash, fatal, deterministic }) => ({
        message,
        handler,
        block: hash === null ? null : { number, hash: `0x${hash.toString('hex')}` },
        fatal,
        deterministic,
      }))
    return { health: rows[0]?.health ?? 'healthy', errors }
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
        ? `update subgraphs.deployment set failed = true, health = 'failed', fatal_error = $2
            where id = $1`
        : `update subgraphs.deployment
              set health = 'unhealthy', non_fatal_errors = non_fatal_errors || $2::text
            where id = $1`,
      [this.#number, id],
    )
  }

  /** Forgets the failures after a block, and whatever stopped the deployment. */
  async revert(client: PoolClient, block: number): Promise<void> {
    await client.query(
      'delete from subgraphs.subgraph_error where subgraph_id = $1 and lower(block_range) > $2',
      [this.#id, block],
    )
    await client.query(
      `update subgraphs.deployment d
          set failed = false, fatal_error = null,
              non_fatal_errors = array(
                select own.id from unnest(d.non_fatal_errors) with ordinality as own(id, place)
                 where own.id = any(e.ids) order by own.place),
              health = case when e.ids = '{}' then 'healthy' else 'unhealthy' end
         from (select coalesce(array_agg(id), '{}') as ids
                 from subgraphs.subgraph_error where subgraph_id = $2) e
        where d.id = $1`,
      [this.#number, this.#id],
    )
  }
}

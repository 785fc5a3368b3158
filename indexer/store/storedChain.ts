import type { Pool, PoolClient } from 'pg'
import type { BlockPointer } from '../chain/chainTypes.ts'
import { bytea } from './bytea.ts'
import { HeadMovedError } from './storeErrors.ts'
import type { StoredBlock } from './writeBatch.ts'

/** The blocks that one deployment stands on, the last of which is its head. */
export class StoredChain {
  readonly #pool: Pool
  /** Content id of the deployment, for messages. */
  readonly #id: string
  readonly #number: number
  readonly #table: string

  constructor(pool: Pool, id: string, number: number, namespace: string) {
    this.#pool = pool
    this.#id = id
    this.#number = number
    this.#table = `${namespace}."blocks$"`
  }

  /** The last block whose changes are stored, or null before the first. */
  async head(): Promise<StoredBlock | null> {
    const { rows } = await this.#pool.query(
      `select b.* from subgraphs.head h
         join ${this.#table} b on b.number = h.block_number
        where h.id = $1`,
      [this.#number],
    )
    return rows.length === 0 ? null : toBlock(rows[0])
  }

  /** Blocks that the deployment stands on, the newest first, not newer than `number`. */
  async downFrom(number: number, limit: number): Promise<StoredBlock[]> {
    const { rows } = await this.#pool.query(
      `select * from ${this.#table} where number <= $1 order by number desc limit $2`,
      [number, limit],
    )
    return rows.map(toBlock)
  }

  /** A block that the deployment stands on, by its number or hash, or null. */
  async at(place: number | string): Promise<StoredBlock | null> {
    const byNumber = typeof place === 'number'
    const { rows } = await this.#pool.query(
      `select * from ${this.#table} where ${byNumber ? 'number' : 'hash'} = $1`,
      [byNumber ? place : bytea(place)],
    )
    return rows.length === 0 ? null : toBlock(rows[0])
  }

  /** @throws HeadMovedError when the stored head is not the one `before`. */
  async moveHead(
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
      `deployment ${this.#id} does not stand at block ${before?.number ?? 'none'} any more: does another indexer write it?`,
    )
  }

  /** Makes the last block that is left the head. */
  async moveHeadToLast(client: PoolClient): Promise<void> {
    await client.query(
      `update subgraphs.head h set (block_number, block_hash) = (
         select max(number), (array_agg(hash order by number desc))[1]
           from ${this.#table}
       ) where h.id = $1`,
      [this.#number],
    )
  }

  async insert(client: PoolClient, blocks: readonly StoredBlock[]): Promise<void> {
    await client.query(
      `insert into ${this.#table} (number, hash, parent_hash, timestamp)
       select * from unnest($1::int[], $2::bytea[], $3::bytea[], $4::bigint[])`,
      [
        blocks.map((block) => block.number),
        blocks.map((block) => bytea(block.hash)),
        blocks.map((block) => bytea(block.parentHash)),
        blocks.map((block) => block.timestamp.toString()),
      ],
    )
  }

  /** Forgets the blocks after one; the head is moved by the caller. */
  async revert(client: PoolClient, block: number): Promise<void> {
    await client.query(`delete from ${this.#table} where number > $1`, [block])
  }
}

function toBlock(row: Record<string, unknown>): StoredBlock {
  return {
    number: row.number as number,
    hash: `0x${(row.hash as Buffer).toString('hex')}`,
    parentHash: `0x${(row.parent_hash as Buffer).toString('hex')}`,
    timestamp: BigInt(row.timestamp as string),
  }
}

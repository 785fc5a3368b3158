import type { Pool, PoolClient } from 'pg'
import { readContext, writeContext } from '../values/contextJson.ts'
import { bytea } from './bytea.ts'
import type { DynamicSource } from './dynamicSource.ts'
import type { StoredFileSource } from './fileSource.ts'
import type { FileSourceChanges } from './writeBatch.ts'

/** The data sources that the handlers of one deployment created. */
export class CreatedSources {
  readonly #pool: Pool
  readonly #table: string
  readonly #hasFiles: boolean

  /** @param hasFiles whether there can be any of files. */
  constructor(pool: Pool, namespace: string, hasFiles: boolean) {
    this.#pool = pool
    this.#table = `${namespace}."data_sources$"`
    this.#hasFiles = hasFiles
  }

  /** Those of contracts, in the order of their creation. */
  async dynamic(): Promise<DynamicSource[]> {
    const { rows } = await this.#pool.query(
      `select manifest_idx, encode(param, 'hex') as param, context, lower(block_range) as block
         from ${this.#table} where causality_region = 0 order by vid`,
    )
    return rows.map((row) => ({
      manifestIndex: row.manifest_idx,
      address: `0x${row.param}`,
      context: readContext(row.context),
      creationBlock: row.block,
    }))
  }

  /** Those of files, in the order of their creation. */
  async files(): Promise<StoredFileSource[]> {
    if (!this.#hasFiles) return []
    const { rows } = await this.#pool.query(
      `select manifest_idx, convert_from(param, 'utf8') as file, context, done_at,
              lower(block_range) as block, causality_region
         from ${this.#table} where causality_region > 0 order by vid`,
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

  async insert(client: PoolClient, sources: readonly DynamicSource[]): Promise<void> {
    for (const source of sources) {
      await client.query(
        `insert into ${this.#table}
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

  /** Writes what became of those of files in a block. */
  async writeFiles(
    client: PoolClient,
    block: number,
    { created, done }: FileSourceChanges,
  ): Promise<void> {
    await this.#insertFiles(client, created)
    if (done.length === 0) return
    await client.query(`update ${this.#table} set done_at = $1 where causality_region = any($2)`, [
      block,
      done,
    ])
  }

  /** Forgets those that were created after a block. */
  async revert(client: PoolClient, block: number): Promise<void> {
    await client.query(`delete from ${this.#table} where lower(block_range) > $1`, [block])
    if (!this.#hasFiles) return
    // Their files are handled once more, in a block of the chain that there is now.
    await client.query(`update ${this.#table} set done_at = null where done_at > $1`, [block])
  }

  async #insertFiles(client: PoolClient, sources: readonly StoredFileSource[]): Promise<void> {
    if (sources.length === 0) return
    await client.query(
      `insert into ${this.#table}
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
}

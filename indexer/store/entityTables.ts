import type { Pool, PoolClient } from 'pg'
import { referenceIndex } from '../layout/attributeIndexes.ts'
import { BLOCK_NUMBER_MAX } from '../layout/blockNumberMax.ts'
import { ifMissing } from '../layout/ifMissing.ts'
import { proofType } from '../layout/proofTable.ts'
import { quoteIdentifier } from '../layout/quoteIdentifier.ts'
import { sqlType } from '../layout/sqlType.ts'
import type { EntityModel, EntityType, Field } from '../schema/entityModel.ts'
import type { EntityData, StoreValue } from '../values/storeValue.ts'
import { copyIn } from './copyIn.ts'
import { CopyText } from './copyText.ts'
import { idText, idValue } from './entityKey.ts'
import type { EntityReader } from './entityReader.ts'
import { OpenVids } from './openVids.ts'
import { fromSql, selectColumn, toSqlArray, toSqlText } from './sqlValue.ts'
import type { RowVersion, TableWrites } from './writeBatch.ts'

/** Rows in one statement at most. */
const MAX_ROWS = 5_000

/** Anything that runs SQL: a pool, or a client within a transaction. */
export type Queryable = Pick<Pool | PoolClient, 'query'>

/** Reads and writes the entity tables of one deployment. */
export class EntityTables implements EntityReader {
  readonly #model: EntityModel
  readonly #namespace: string
  readonly #pool: Queryable
  /** Names of the types whose tables tell causality regions apart. */
  readonly #fileTypes: ReadonlySet<string>
  readonly #openVids = new OpenVids()
  /** Fields whose index is known to be there. */
  readonly #helped = new Set<Field>()

  constructor(
    model: EntityModel,
    namespace: string,
    pool: Queryable,
    fileTypes: ReadonlySet<string> = new Set(),
  ) {
    this.#model = model
    this.#namespace = namespace
    this.#pool = pool
    this.#fileTypes = fileTypes
  }

  async readEntities(
    type: EntityType,
    ids: readonly string[],
    at = BLOCK_NUMBER_MAX,
  ): Promise<Map<string, EntityData>> {
    const list = ids.map((id) => toSqlText(idValue(type.idType, id)))
    return this.#select(type, `id = any($1::text::${this.#idType(type)}[])`, toSqlArray(list), at)
  }

  async readReferring(
    type: EntityType,
    field: Field,
    id: string,
    at = BLOCK_NUMBER_MAX,
  ): Promise<Map<string, EntityData>> {
    const element = field.type.kind === 'list' ? field.type.element : field.type
    const idType = element.kind === 'reference' ? element.idType : 'String'
    await this.#helpReferring(type, field)
    const column = quoteIdentifier(field.column)
    const parameter = `$1::text::${sqlType(element, this.#model, this.#namespace)}`
    const condition =
      field.type.kind === 'list' ? `${column} @> array[${parameter}]` : `${column} = ${parameter}`
    return this.#select(type, condition, toSqlText(idValue(idType, id)), at)
  }

  /** Reads entities as they were after a block. */
  asOf(block: number): EntityReader {
    return {
      readEntities: (type, ids) => this.readEntities(type, ids, block),
      readReferring: (type, field, id) => this.readReferring(type, field, id, block),
    }
  }

  /** Makes the index for {@link readReferring}, which may be one of those that are postponed. */
  async #helpReferring(type: EntityType, field: Field): Promise<void> {
    if (this.#helped.has(field)) return
    const statement = referenceIndex(this.#model, type, field.column, this.#namespace)
    if (statement !== undefined) await this.#pool.query(ifMissing(statement))
    this.#helped.add(field)
  }

  /** Entities that there are in the current version. */
  async count(): Promise<bigint> {
    const counts = this.#model.entities.map((type) => {
      const current = type.immutable ? '' : ` where block_range @> ${BLOCK_NUMBER_MAX}`
      return `(select count(*) from ${this.#table(type)}${current})`
    })
    const { rows } = await this.#pool.query(`select (${['0', ...counts].join(' + ')})::text as n`)
    return BigInt(rows[0].n)
  }

  /** Writes what a batch of blocks changed in one type; within the caller's transaction. */
  async write(client: PoolClient, writes: TableWrites): Promise<void> {
    const { type } = writes
    const byVid: { readonly key: string; readonly at: number }[] = []
    const byId: { readonly key: string | null; readonly at: number }[] = []
    for (const { id, at } of writes.closed) {
      const vid = this.#openVids.take(type, id)
      if (vid !== undefined) byVid.push({ key: vid.toString(), at })
      else byId.push({ key: toSqlText(idValue(type.idType, id)), at })
    }
    await this.#close(client, type, 'vid', 'bigint', byVid)
    await this.#close(client, type, 'id', this.#idType(type), byId)
    if (type.skipDuplicates) {
      for (let start = 0; start < writes.rows.length; start += MAX_ROWS) {
        await this.#insertMissing(client, type, writes.rows.slice(start, start + MAX_ROWS))
      }
    } else if (writes.rows.length > 0) {
      await this.#copy(client, type, writes.rows)
    }
  }

  /** Forgets which rows are the current ones, as a write or a revert may have failed in between. */
  forget(): void {
    this.#openVids.clear()
  }

  /** Drops the versions of entities that ended at a block or before it. */
  async prune(block: number): Promise<void> {
    const upper = `coalesce(upper(block_range), ${BLOCK_NUMBER_MAX})`
    for (const type of [...this.#model.entities, proofType(this.#model)]) {
      if (type.immutable) continue
      await this.#pool.query(
        `delete from ${this.#table(type)} where ${upper} <= $1 and ${upper} < ${BLOCK_NUMBER_MAX}`,
        [block],
      )
    }
  }

  /** Undoes everything after a block; within the caller's transaction. */
  async revert(client: Queryable, block: number): Promise<void> {
    this.forget()
    for (const table of this.#model.aggregations.flatMap(({ tables }) => Object.values(tables))) {
      const name = `${quoteIdentifier(this.#namespace)}.${quoteIdentifier(table)}`
      await client.query(`delete from ${name} where block$ > $1`, [block])
    }
    for (const type of [...this.#model.entities, proofType(this.#model)]) {
      const table = this.#table(type)
      if (type.immutable) {
        await client.query(`delete from ${table} where block$ > $1`, [block])
        continue
      }
      await client.query(`delete from ${table} where lower(block_range) > $1`, [block])
      await client.query(
        `update ${table} set block_range = int4range(lower(block_range), null)
          where coalesce(upper(block_range), ${BLOCK_NUMBER_MAX}) > $1
            and coalesce(upper(block_range), ${BLOCK_NUMBER_MAX}) < ${BLOCK_NUMBER_MAX}`,
        [block],
      )
    }
  }

  /** Ends the current versions of entities, by the number of their row where it is known. */
  async #close(
    client: Queryable,
    type: EntityType,
    column: 'vid' | 'id',
    sqlType: string,
    closed: readonly { readonly key: string | null; readonly at: number }[],
  ): Promise<void> {
    for (let start = 0; start < closed.length; start += MAX_ROWS) {
      const part = closed.slice(start, start + MAX_ROWS)
      await client.query(
        `update ${this.#table(type)} as t
            set block_range = int4range(lower(t.block_range), c.at)
           from unnest($1::text[]::${sqlType}[], $2::int[]) as c(key, at)
          where t.${column} = c.key and t.block_range @> ${BLOCK_NUMBER_MAX}`,
        [toSqlArray(part.map(({ key }) => key)), toSqlArray(part.map(({ at }) => String(at)))],
      )
    }
  }

  async #copy(client: PoolClient, type: EntityType, rows: readonly RowVersion[]): Promise<void> {
    const fields = storedFields(type)
    const names = fields.map((field) => field.name)
    const hasRegion = this.#fileTypes.has(type.name)
    const text = new CopyText()
    for (const { vid, from, to, data, region } of rows) {
      text.plain(vid.toString())
      text.plain(type.immutable ? String(from) : `[${from},${to ?? ''})`)
      if (hasRegion) text.plain(String(region))
      for (const name of names) text.value(data.get(name) ?? null)
      text.endRow()
      if (to === null && !type.immutable) {
        this.#openVids.put(type, idText(data.get('id') as StoreValue), vid)
      }
    }
    const columns = ['vid', type.immutable ? 'block$' : 'block_range']
    if (hasRegion) columns.push('causality_region')
    columns.push(...fields.map((field) => quoteIdentifier(field.column)))
    const statement = `copy ${this.#table(type)} (${columns.join(', ')}) from stdin`
    await copyIn(client, statement, text.chunks())
  }

  /** Immutable entities of which those that are there already stay as they are. */
  async #insertMissing(
    client: Queryable,
    type: EntityType,
    rows: readonly RowVersion[],
  ): Promise<void> {
    const fields = storedFields(type)
    const columns = fields.map((field) => quoteIdentifier(field.column))
    const casts = fields.map(
      (field, index) => `r.c${index}::${sqlType(field.type, this.#model, this.#namespace)}`,
    )
    if (this.#fileTypes.has(type.name)) {
      columns.unshift('causality_region')
      casts.unshift('r.g::int')
    }
    const names = ['v', 'e', 'g', ...fields.map((_, index) => `c${index}`)]
    const parameters = names.map((_, index) => `$${index + 1}::text[]`)
    await client.query(
      `insert into ${this.#table(type)} (vid, block$, ${columns.join(', ')})
       select r.v::bigint, r.e::int, ${casts.join(', ')}
         from unnest(${parameters.join(', ')}) as r(${names.join(', ')})
       on conflict (id) do nothing`,
      [
        toSqlArray(rows.map((row) => row.vid.toString())),
        toSqlArray(rows.map((row) => String(row.from))),
        toSqlArray(rows.map((row) => String(row.region))),
        ...fields.map((field) =>
          toSqlArray(rows.map((row) => toSqlText(row.data.get(field.name) ?? null))),
        ),
      ],
    )
  }

  async #select(
    type: EntityType,
    condition: string,
    parameter: string | null,
    at: number,
  ): Promise<Map<string, EntityData>> {
    const fields = storedFields(type)
    const columns = fields.map(
      (field, index) => `${selectColumn(field.type, quoteIdentifier(field.column))} as c${index}`,
    )
    const held = type.immutable ? `block$ <= ${at}` : `block_range @> ${at}`
    const everything = type.immutable && at === BLOCK_NUMBER_MAX
    // What files' handlers wrote is not for those of the chain.
    const own = this.#fileTypes.has(type.name) ? ' and causality_region = 0' : ''
    const { rows } = await this.#pool.query(
      `select ${columns.join(', ')} from ${this.#table(type)} where ${condition}${everything ? '' : ` and ${held}`}${own}`,
      [parameter],
    )
    const found = new Map<string, EntityData>()
    for (const row of rows) {
      const entity = new Map<string, StoreValue>()
      for (const [index, field] of fields.entries()) {
        const value = fromSql(field.type, row[`c${index}`])
        if (value !== null) entity.set(field.name, value)
      }
      found.set(idText(entity.get('id') as StoreValue), entity)
    }
    return found
  }

  #table(type: EntityType): string {
    return `${quoteIdentifier(this.#namespace)}.${quoteIdentifier(type.table)}`
  }

  #idType(type: EntityType): string {
    const id = type.fields.find((field) => field.name === 'id') as Field
    return sqlType(id.type, this.#model, this.#namespace)
  }
}

function storedFields(type: EntityType): Field[] {
  return type.fields.filter((field) => field.derivedFrom === null)
}

import type { ChainBlock } from '../chain/chainTypes.ts'
import type { EntityType } from '../schema/entityModel.ts'
import type { EntityData } from '../values/storeValue.ts'
import type { DynamicSource } from './dynamicSource.ts'
import type { EntityChange } from './entityChange.ts'
import type { StoredFileSource } from './fileSource.ts'

/** One version of an entity: the row that holds from a block up to another. */
export interface RowVersion {
  readonly data: EntityData
  readonly vid: bigint
  readonly from: number
  /** Causality region: 0 of what the chain's handlers write. */
  readonly region: number
  /** First block in which it does not hold any more; null for the current version. */
  to: number | null
}

/** What a batch does to one table. */
export interface TableWrites {
  readonly type: EntityType
  /** Versions in the table that end. */
  readonly closed: { readonly id: string; readonly at: number }[]
  readonly rows: RowVersion[]
}

/** A block as the store remembers it. */
export type StoredBlock = Pick<ChainBlock, 'number' | 'hash' | 'parentHash' | 'timestamp'>

/** What became of the deployment at a block. */
export interface RecordedError {
  readonly message: string
  /** Null where the message names it. */
  readonly handler: string | null
  readonly block: StoredBlock
  /** Whether the deployment goes on (`nonFatalErrors`) or stops here. */
  readonly fatal: boolean
}

/** What became of file data sources in a block. */
export interface FileSourceChanges {
  readonly created: readonly StoredFileSource[]
  /** Causality regions of those whose handlers ran. */
  readonly done: readonly number[]
}

/** The changes of some blocks in a row, written together with the new head in one transaction. */
export class WriteBatch {
  readonly #tables = new Map<string, TableWrites>()
  readonly #open = new Map<string, RowVersion>()
  readonly blocks: StoredBlock[] = []
  readonly sources: DynamicSource[] = []
  readonly errors: RecordedError[] = []
  readonly files: { readonly block: number; readonly changes: FileSourceChanges }[] = []
  #rows = 0

  /** Rows to write. */
  get size(): number {
    return this.#rows
  }

  /** The last block of the batch, or null of an empty one. */
  get head(): StoredBlock | null {
    return this.blocks.at(-1) ?? null
  }

  get tables(): Iterable<TableWrites> {
    return this.#tables.values()
  }

  /** Adds a block that comes after all of the batch. */
  addBlock(
    block: StoredBlock,
    changes: readonly EntityChange[],
    sources: readonly DynamicSource[],
    errors: readonly RecordedError[],
  ): void {
    this.blocks.push({
      number: block.number,
      hash: block.hash,
      parentHash: block.parentHash,
      timestamp: block.timestamp,
    })
    this.sources.push(...sources)
    this.errors.push(...errors)
    for (const change of changes) this.#addChange(block.number, change)
  }

  /** Adds what became of file data sources in a block, after the block itself. */
  addFiles(block: number, changes: FileSourceChanges): void {
    this.files.push({ block, changes })
  }

  #addChange(block: number, change: EntityChange): void {
    const { type, id, text } = change.key
    let table = this.#tables.get(type.name)
    if (table === undefined) {
      table = { type, closed: [], rows: [] }
      this.#tables.set(type.name, table)
    }
    const row: RowVersion | null =
      change.kind === 'remove'
        ? null
        : { data: change.data, vid: change.vid, from: block, region: change.region ?? 0, to: null }
    this.#rows += 1
    if (row !== null) table.rows.push(row)
    // The rows of immutable entities have no end, and there are many of them.
    if (type.immutable && row !== null) return
    if (change.kind !== 'insert') {
      const open = this.#open.get(text)
      if (open === undefined) table.closed.push({ id, at: block })
      else open.to = block
    }
    if (row === null) this.#open.delete(text)
    else this.#open.set(text, row)
  }
}

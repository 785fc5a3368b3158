import type { CurrentEntities } from '../store/currentEntities.ts'
import type { DeploymentStore } from '../store/deploymentStore.ts'
import type { DynamicSource } from '../store/dynamicSource.ts'
import type { EntityChange } from '../store/entityChange.ts'
import {
  type FileSourceChanges,
  type RecordedError,
  type StoredBlock,
  WriteBatch,
} from '../store/writeBatch.ts'

/** Rows that are gathered before a write has to be waited for, and for how many milliseconds. */
const MAX_ROWS = 20_000
const MAX_MS = 2_000

/** What a {@link BatchWriter} writes with. */
export interface WriterTarget {
  readonly store: {
    readonly write: DeploymentStore['write']
    readonly errors: Pick<DeploymentStore['errors'], 'failForNow'>
  }
  readonly current: Pick<CurrentEntities, 'writing' | 'written'>
  /** What is to be done after a batch before the next one is written. */
  readonly after: (head: StoredBlock) => Promise<void>
}

/**
 * Gathers blocks in batches and writes these in the background, one after the other. While one is
 * written the next one is gathered, however many ranges of blocks that takes: a small batch that
 * had to be waited for would leave either the handlers or the store without work.
 */
export class BatchWriter {
  readonly #target: WriterTarget
  #head: StoredBlock | null = null
  #position: StoredBlock | null = null
  #open = new WriteBatch()
  #begun = 0
  /** The last write; rejected when it failed, which is thrown to the next one who waits. */
  #writing: Promise<void> = Promise.resolve()
  #isWriting = false
  /** Whether what is open is to be written as soon as nothing else is. */
  #due = false
  /** A write failed: what comes after it must not be written until it is done anew. */
  #broken = false

  constructor(target: WriterTarget) {
    this.#target = target
  }

  /** The last block that is stored. */
  get head(): StoredBlock | null {
    return this.#head
  }

  /** The last block that was handed over; it may still be on its way into the store. */
  get position(): StoredBlock | null {
    return this.#position
  }

  /** Goes on from what is stored, and forgets all that was handed over after it. */
  restart(head: StoredBlock | null): void {
    this.#head = head
    this.#position = head
    this.#open = new WriteBatch()
    this.#writing = Promise.resolve()
    this.#due = false
    this.#broken = false
  }

  /** Takes over a block that follows {@link position}. */
  addBlock(
    block: StoredBlock,
    changes: readonly EntityChange[],
    sources: readonly DynamicSource[],
    errors: readonly RecordedError[],
  ): void {
    if (this.#open.head === null) this.#begun = Date.now()
    this.#open.addBlock(block, changes, sources, errors)
    this.#position = block
  }

  /** Takes over what became of file data sources in the block that came last. */
  addFiles(block: number, changes: FileSourceChanges): void {
    this.#open.addFiles(block, changes)
  }

  /** Begins a write when enough was gathered, once the write before has come to its end. */
  async makeRoom(): Promise<void> {
    if (this.#open.size < MAX_ROWS && Date.now() - this.#begun < MAX_MS) return
    await this.#idle()
    this.#begin()
  }

  /** Has all that was handed over written, as soon as the write before has come to its end. */
  flush(): void {
    if (this.#isWriting) this.#due = true
    else this.#begin()
  }

  /** Waits until all that was handed over is in the store. */
  async written(): Promise<void> {
    await this.#idle()
    this.#begin()
    await this.#idle()
  }

  /** The same for one that has an error to tell already. */
  async settle(): Promise<void> {
    await this.written().catch(() => {})
  }

  /** Waits until nothing is being written; one write may have begun another. */
  async #idle(): Promise<void> {
    do await this.#writing
    while (this.#isWriting)
  }

  #begin(): void {
    this.#due = false
    const batch = this.#open
    const { head } = batch
    if (head === null || this.#broken) return
    this.#open = new WriteBatch()
    this.#isWriting = true
    this.#target.current.writing()
    this.#writing = this.#write(batch, head)
    // It is thrown to the one who waits for it.
    this.#writing.catch(() => {})
  }

  async #write(batch: WriteBatch, head: StoredBlock): Promise<void> {
    try {
      await this.#writeRows(batch, head)
      this.#head = head
      this.#target.current.written()
      await this.#target.after(head)
    } catch (error) {
      this.#broken = true
      throw error
    } finally {
      this.#isWriting = false
    }
    if (this.#due) this.#begin()
  }

  /** Writes a batch; rows that the store refuses are a failure of the subgraph. */
  async #writeRows(batch: WriteBatch, head: StoredBlock): Promise<void> {
    const { store } = this.#target
    try {
      await store.write(batch, this.#head)
    } catch (error) {
      if (isConflict(error)) {
        const message = `Failed to transact block operations: store error: ${error.message}`
        await store.errors.failForNow(message, head)
      }
      throw error
    }
  }
}

/** Whether an error is of rows that may not be there together, by Postgres's codes. */
function isConflict(error: unknown): error is Error {
  return ['23505', '23P01'].includes((error as { code?: string }).code ?? '')
}

import type { CurrentEntities } from '../store/currentEntities.ts'
import type { DeploymentStore } from '../store/deploymentStore.ts'
import type { StoredBlock, WriteBatch } from '../store/writeBatch.ts'

/** Writes batches of blocks in the background, one after the other. */
export class BatchWriter {
  readonly #store: DeploymentStore
  readonly #current: CurrentEntities
  #head: StoredBlock | null = null
  #position: StoredBlock | null = null
  /** The write that is under way while the next blocks are processed. */
  #writing: Promise<void> | null = null

  constructor(store: DeploymentStore, current: CurrentEntities) {
    this.#store = store
    this.#current = current
  }

  /** The last block that is stored. */
  get head(): StoredBlock | null {
    return this.#head
  }

  /** The last block that was handed over; it may still be on its way into the store. */
  get position(): StoredBlock | null {
    return this.#position
  }

  /** Goes on from what is stored; nothing may be under way. */
  restart(head: StoredBlock | null): void {
    this.#head = head
    this.#position = head
  }

  /**
   * Begins to write a batch, once the one before is written.
   *
   * @param after what is to be done before the next batch is written.
   */
  async write(batch: WriteBatch, after: (head: StoredBlock) => Promise<void>): Promise<void> {
    const { head } = batch
    if (head === null) return
    await this.written()
    this.#current.writing()
    this.#position = head
    this.#writing = this.#writeRows(batch, head).then(async () => {
      this.#head = head
      this.#current.written()
      await after(head)
    })
    // It is thrown to the one who waits for it.
    this.#writing.catch(() => {})
  }

  /** Waits until all that was handed over is in the store. */
  async written(): Promise<void> {
    const writing = this.#writing
    this.#writing = null
    await writing
  }

  /** The same for one that has an error to tell already. */
  async settle(): Promise<void> {
    await this.written().catch(() => {})
  }

  /** Writes a batch; rows that the store refuses are a failure of the subgraph. */
  async #writeRows(batch: WriteBatch, head: StoredBlock): Promise<void> {
    try {
      await this.#store.write(batch, this.#head)
    } catch (error) {
      if (isConflict(error)) {
        const message = `Failed to transact block operations: store error: ${error.message}`
        await this.#store.errors.failForNow(message, head)
      }
      throw error
    }
  }
}

/** Whether an error is of rows that may not be there together, by Postgres's codes. */
function isConflict(error: unknown): error is Error {
  return ['23505', '23P01'].includes((error as { code?: string }).code ?? '')
}

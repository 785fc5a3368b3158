import type { EntityType } from '../schema/entityModel.ts'

/** Rows whose number is remembered at least, once there are so many; twice as many at most. */
const KEPT = 100_000

/**
 * Numbers of the rows that hold entities' current versions, of those written last: a row is found
 * at once by its number, and by its entity's id only among all its versions.
 */
export class OpenVids {
  /**
   * What was written last, and what was written before that and goes next. They go together: the
   * first of a map is found the slower, the more were deleted before it.
   */
  #recent = new Map<string, bigint>()
  #older = new Map<string, bigint>()

  put(type: EntityType, id: string, vid: bigint): void {
    if (this.#recent.size >= KEPT) {
      this.#older = this.#recent
      this.#recent = new Map()
    }
    this.#recent.set(`${type.name}\0${id}`, vid)
  }

  /** The number of a row that is no longer the current one from now on, if it is remembered. */
  take(type: EntityType, id: string): bigint | undefined {
    const text = `${type.name}\0${id}`
    const vid = this.#recent.get(text) ?? this.#older.get(text)
    this.#recent.delete(text)
    this.#older.delete(text)
    return vid
  }

  clear(): void {
    this.#recent = new Map()
    this.#older = new Map()
  }
}

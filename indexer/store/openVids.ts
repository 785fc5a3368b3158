import type { EntityType } from '../schema/entityModel.ts'

/** Rows whose number is remembered. */
const MAX_KEPT = 200_000

/**
 * Numbers of the rows that hold entities' current versions, of those written last: a row is found
 * at once by its number, and by its entity's id only among all its versions.
 */
export class OpenVids {
  readonly #vids = new Map<string, bigint>()

  put(type: EntityType, id: string, vid: bigint): void {
    this.#vids.set(`${type.name}\0${id}`, vid)
    if (this.#vids.size <= MAX_KEPT) return
    const [oldest] = this.#vids.keys()
    this.#vids.delete(oldest)
  }

  /** The number of a row that is no longer the current one from now on, if it is remembered. */
  take(type: EntityType, id: string): bigint | undefined {
    const text = `${type.name}\0${id}`
    const vid = this.#vids.get(text)
    this.#vids.delete(text)
    return vid
  }

  clear(): void {
    this.#vids.clear()
  }
}

import type { EntityType, Field } from '../schema/entityModel.ts'
import type { EntityData } from '../values/storeValue.ts'
import type { EntityChange } from './entityChange.ts'
import type { EntityKey } from './entityKey.ts'
import type { EntityReader } from './entityReader.ts'

/** Entities that stay in memory after they were written. */
const MAX_KEPT = 100_000

/** Entities by type and id; null for removed ones. */
type Changed = Map<EntityType, Map<string, EntityData | null>>

/**
 * Entities as they are after the last processed block: those that were used or written lately
 * from memory, the others from the store. As this process alone writes the store, what is in
 * memory is never stale.
 */
export class CurrentEntities {
  readonly #reader: EntityReader
  /** Null for what is known not to exist. Immutable entities are left to the store, once written. */
  readonly #kept = new Map<string, EntityData | null>()
  /** Changed since the last write into the store began. */
  #unwritten: Changed = new Map()
  /** What is being written into the store; null when nothing is. */
  #writing: Changed | null = null
  readonly #referring = new Map<string, ReadonlyMap<string, EntityData>>()
  /** Writes that have come to their end. */
  #writes = 0

  constructor(reader: EntityReader) {
    this.#reader = reader
  }

  /** @returns undefined when the entity is not in memory: {@link load} it. */
  get(key: EntityKey): EntityData | null | undefined {
    const kept = this.#kept.get(key.text)
    if (kept !== undefined || !key.type.immutable) return kept
    const unwritten = this.#unwritten.get(key.type)?.get(key.id)
    return unwritten !== undefined ? unwritten : this.#writing?.get(key.type)?.get(key.id)
  }

  async load(keys: readonly EntityKey[]): Promise<void> {
    const byType = Map.groupBy(keys, (key) => key.type)
    for (const [type, ofType] of byType) {
      const ids = ofType.map((key) => key.id)
      const found = await this.#reader.readEntities(type, ids)
      for (const key of ofType) this.#kept.set(key.text, found.get(key.id) ?? null)
    }
  }

  /**
   * Entities in the store that refer to `id`, as of its last write.
   *
   * @returns undefined when they are not in memory: {@link loadReferring} them.
   */
  storedReferring(
    type: EntityType,
    field: Field,
    id: string,
  ): ReadonlyMap<string, EntityData> | undefined {
    return this.#referring.get(referringKey(type, field, id))
  }

  async loadReferring(type: EntityType, field: Field, id: string): Promise<void> {
    for (;;) {
      const writes = this.#writes
      const found = await this.#reader.readReferring(type, field, id)
      // A write that ended meanwhile may not be in what was read, nor be held as unwritten.
      if (writes !== this.#writes) continue
      this.#referring.set(referringKey(type, field, id), found)
      return
    }
  }

  /**
   * Entities of a type that changed since the last write into the store ended, in the order of
   * their changes; null for removed ones.
   */
  unwritten(type: EntityType): (readonly [id: string, data: EntityData | null])[] {
    return [...(this.#writing?.get(type) ?? []), ...(this.#unwritten.get(type) ?? [])]
  }

  /** Takes over what a block changed. */
  apply(changes: readonly EntityChange[]): void {
    for (const change of changes) {
      const { type, id, text } = change.key
      const data = change.kind === 'remove' ? null : change.data
      // Deleted first, so that the map's order is that of the last use.
      if (this.#kept.delete(text) || !type.immutable) this.#kept.set(text, data)
      let ofType = this.#unwritten.get(type)
      if (ofType === undefined) {
        ofType = new Map()
        this.#unwritten.set(type, ofType)
      }
      ofType.set(id, data)
    }
  }

  /** Says that everything up to now is on its way into the store; one write at a time. */
  writing(): void {
    this.#writing = this.#unwritten
    this.#unwritten = new Map()
  }

  /** Says that what was on its way is in the store, or else everything up to now. */
  written(): void {
    if (this.#writing === null) this.writing()
    this.#writes += 1
    this.#writing = null
    this.#referring.clear()
    let spare = this.#kept.size - MAX_KEPT
    if (spare <= 0) return
    const needed = this.#unwrittenTexts()
    for (const text of this.#kept.keys()) {
      if (spare <= 0) break
      if (needed.has(text)) continue
      this.#kept.delete(text)
      spare -= 1
    }
  }

  /** Forgets everything, as the store went back to an earlier block. */
  clear(): void {
    this.#writes += 1
    this.#kept.clear()
    this.#unwritten = new Map()
    this.#writing = null
    this.#referring.clear()
  }

  #unwrittenTexts(): Set<string> {
    const texts = new Set<string>()
    for (const [type, ofType] of this.#unwritten) {
      for (const id of ofType.keys()) texts.add(`${type.name}\0${id}`)
    }
    return texts
  }
}

function referringKey(type: EntityType, field: Field, id: string): string {
  return `${type.name}\0${field.name}\0${id}`
}

import type { EntityType, Field } from '../schema/entityModel.ts'
import type { EntityData } from '../values/storeValue.ts'
import type { EntityChange } from './entityChange.ts'
import { type EntityKey, keyText } from './entityKey.ts'
import type { EntityReader } from './entityReader.ts'

/** Entities that stay in memory after they were written. */
const MAX_KEPT = 50_000

/**
 * Entities as they are after the last processed block: those that were used or written lately
 * from memory, the others from the store. As this process alone writes the store, what is in
 * memory is never stale.
 */
export class CurrentEntities {
  readonly #reader: EntityReader
  /** Null for what is known not to exist. */
  readonly #kept = new Map<string, EntityData | null>()
  /** Changed since the last write into the store, by type and id. */
  readonly #unwritten = new Map<string, Map<string, EntityData | null>>()
  readonly #referring = new Map<string, ReadonlyMap<string, EntityData>>()

  constructor(reader: EntityReader) {
    this.#reader = reader
  }

  /** @returns undefined when the entity is not in memory: {@link load} it. */
  get(key: EntityKey): EntityData | null | undefined {
    return this.#kept.get(keyText(key))
  }

  async load(keys: readonly EntityKey[]): Promise<void> {
    const byType = Map.groupBy(keys, (key) => key.type)
    for (const [type, ofType] of byType) {
      const ids = ofType.map((key) => key.id)
      const found = await this.#reader.readEntities(type, ids)
      for (const key of ofType) this.#kept.set(keyText(key), found.get(key.id) ?? null)
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
    const found = await this.#reader.readReferring(type, field, id)
    this.#referring.set(referringKey(type, field, id), found)
  }

  /** Entities of a type that changed since the last write into the store; null for removed ones. */
  unwritten(type: EntityType): ReadonlyMap<string, EntityData | null> {
    return this.#unwritten.get(type.name) ?? new Map()
  }

  /** Takes over what a block changed. */
  apply(changes: readonly EntityChange[]): void {
    for (const change of changes) {
      const { key } = change
      const data = change.kind === 'remove' ? null : change.data
      // Deleted first, so that the map's order is that of the last use.
      this.#kept.delete(keyText(key))
      this.#kept.set(keyText(key), data)
      let ofType = this.#unwritten.get(key.type.name)
      if (ofType === undefined) {
        ofType = new Map()
        this.#unwritten.set(key.type.name, ofType)
      }
      ofType.set(key.id, data)
    }
  }

  /** Says that everything up to now is in the store. */
  written(): void {
    this.#unwritten.clear()
    this.#referring.clear()
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT) break
      this.#kept.delete(key)
    }
  }

  /** Forgets everything, as the store went back to an earlier block. */
  clear(): void {
    this.#kept.clear()
    this.#unwritten.clear()
    this.#referring.clear()
  }
}

function referringKey(type: EntityType, field: Field, id: string): string {
  return `${type.name}\0${field.name}\0${id}`
}

import type { EntityType, Field } from '../schema/entityModel.ts'
import type { EntityData } from '../values/storeValue.ts'
import type { EntityChange } from './entityChange.ts'
import type { EntityKey } from './entityKey.ts'
import type { EntityReader } from './entityReader.ts'

/** Entities that stay in memory after they were written. */
const MAX_KEPT = 100_000

/** Entities by type and id; null for removed ones. */
type Entities = Map<EntityType, Map<string, EntityData | null>>

/**
 * Entities as they are after the last processed block: those that were used or written lately
 * from memory, the others from the store. As this process alone writes the store, what is in
 * memory is never stale.
 */
export class CurrentEntities {
  readonly #reader: EntityReader
  /**
   * What was used lately, and what was used before that and goes next; null for what is known not
   * to exist. Immutable entities are left to the store, once written.
   */
  #recent: Entities = new Map()
  #older: Entities = new Map()
  #recentCount = 0
  /** Whether all mutable entities that there are in the store are kept. */
  #complete = false
  /** Changed since the last write into the store began. */
  #unwritten: Entities = new Map()
  /** What is being written into the store; null when nothing is. */
  #writing: Entities | null = null
  readonly #referring = new Map<string, ReadonlyMap<string, EntityData>>()
  /** What is to be loaded with the next query, and the promise of that. */
  #wanted: EntityKey[] = []
  #loading: Promise<void> | null = null
  /** Writes that have come to their end. */
  #writes = 0

  constructor(reader: EntityReader) {
    this.#reader = reader
  }

  /** @returns undefined when the entity is not in memory: {@link load} it. */
  get({ type, id }: EntityKey): EntityData | null | undefined {
    const recent = this.#recent.get(type)?.get(id)
    if (recent !== undefined) return recent
    const older = this.#older.get(type)?.get(id)
    if (older !== undefined) {
      this.#keep(type, id, older)
      return older
    }
    const unwritten = this.#unwritten.get(type)?.get(id)
    if (unwritten !== undefined) return unwritten
    const writing = this.#writing?.get(type)?.get(id)
    if (writing !== undefined) return writing
    return this.#complete && !type.immutable ? null : undefined
  }

  /** Brings entities into memory; what is asked for in one turn is read together. */
  load(keys: readonly EntityKey[]): Promise<void> {
    this.#wanted.push(...keys)
    this.#loading ??= Promise.resolve().then(() => {
      const wanted = this.#wanted
      this.#wanted = []
      this.#loading = null
      return this.#loadAll(wanted)
    })
    return this.#loading
  }

  async #loadAll(keys: readonly EntityKey[]): Promise<void> {
    for (const [type, ofType] of Map.groupBy(keys, (key) => key.type)) {
      const ids = new Set(ofType.map((key) => key.id))
      const found = await this.#reader.readEntities(type, [...ids])
      for (const id of ids) this.#keep(type, id, found.get(id) ?? null)
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
      const { type, id } = change.key
      const data = change.kind === 'remove' ? null : change.data
      if (!type.immutable || this.#isKept(type, id)) this.#keep(type, id, data)
      put(this.#unwritten, type, id, data)
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
  }

  /**
   * Forgets everything, as the store went back to an earlier block.
   *
   * @param empty whether the store holds no entity, so that none has to be looked for there.
   */
  clear(empty = false): void {
    this.#complete = empty
    this.#writes += 1
    this.#recent = new Map()
    this.#older = new Map()
    this.#recentCount = 0
    this.#unwritten = new Map()
    this.#writing = null
    this.#referring.clear()
  }

  #isKept(type: EntityType, id: string): boolean {
    return (this.#recent.get(type)?.has(id) || this.#older.get(type)?.has(id)) ?? false
  }

  #keep(type: EntityType, id: string, data: EntityData | null): void {
    if (put(this.#recent, type, id, data)) this.#recentCount += 1
    if (this.#recentCount < MAX_KEPT / 2) return
    // What is not yet in the store is found among what is unwritten all the same.
    if (this.#older.size > 0) this.#complete = false
    this.#older = this.#recent
    this.#recent = new Map()
    this.#recentCount = 0
  }
}

/** @returns whether it is a new one. */
function put(entities: Entities, type: EntityType, id: string, data: EntityData | null): boolean {
  let ofType = entities.get(type)
  if (ofType === undefined) {
    ofType = new Map()
    entities.set(type, ofType)
  }
  const before = ofType.size
  ofType.set(id, data)
  return ofType.size > before
}

function referringKey(type: EntityType, field: Field, id: string): string {
  return `${type.name}\0${field.name}\0${id}`
}

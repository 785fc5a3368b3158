import { TransientError } from '../errors/hostErrors.ts'
import type { EntityModel, EntityType, Field } from '../schema/entityModel.ts'
import { sameEntity } from '../values/sameValue.ts'
import type { EntityData, StoreValue } from '../values/storeValue.ts'
import { Suspension } from '../wasm/suspension.ts'
import { checkEntity, requireValid } from './checkEntity.ts'
import { checkEnumValues } from './checkEnumValues.ts'
import type { CurrentEntities } from './currentEntities.ts'
import type { EntityChange } from './entityChange.ts'
import { compareIds, type EntityKey, idText } from './entityKey.ts'

type Operation =
  | { readonly kind: 'update' | 'overwrite'; readonly data: EntityData; readonly vid: bigint }
  | { readonly kind: 'remove' }

interface Entry {
  readonly key: EntityKey
  readonly operation: Operation
}

/** Where the sequence in a row's number starts in each block. */
const FIRST_SEQUENCE = 100n

/** What there is before a block, or seems to be. */
export type KnownEntities = Pick<
  CurrentEntities,
  'get' | 'load' | 'storedReferring' | 'loadReferring' | 'unwritten'
>

/**
 * The entities of one block while it is processed, in layers: what this handler changed, over
 * what earlier handlers of the block changed, over what was there before the block.
 */
export class EntityCache {
  readonly #model: EntityModel
  readonly #current: KnownEntities
  readonly #block: number
  readonly #firstVid: bigint
  readonly #updates = new Map<string, Entry>()
  readonly #handlerUpdates = new Map<string, Entry>()
  #sequence: bigint
  #sequenceAtStart: bigint

  /** @param sequence where another cache of the block ended, whose rows are written with these. */
  constructor(
    model: EntityModel,
    current: KnownEntities,
    block: number,
    sequence: bigint = FIRST_SEQUENCE,
  ) {
    this.#model = model
    this.#current = current
    this.#block = block
    this.#firstVid = BigInt(block) << 32n
    this.#sequence = sequence
    this.#sequenceAtStart = sequence
  }

  /** The number that the next row would have within its block. */
  get sequence(): bigint {
    return this.#sequence
  }

  /** @throws Suspension when the entity is not in memory. */
  get(key: EntityKey): EntityData | null {
    const { text } = key
    const update = this.#updates.get(text)?.operation
    const handlerUpdate = this.#handlerUpdates.get(text)?.operation
    // What was there before does not matter once it is replaced or removed as a whole.
    const replaced = update?.kind === 'overwrite' || handlerUpdate?.kind === 'overwrite'
    const gone = update?.kind === 'remove' || handlerUpdate?.kind === 'remove'
    let entity = replaced || gone ? null : this.#stored(key)
    entity = apply(update, entity)
    return apply(handlerUpdate, entity)
  }

  /** Only what this block wrote. */
  getInBlock(key: EntityKey): EntityData | null {
    const { text } = key
    const entity = apply(this.#updates.get(text)?.operation, null)
    return apply(this.#handlerUpdates.get(text)?.operation, entity)
  }

  /**
   * The entities of a type whose field refers to `id`, ordered by id.
   *
   * @throws Suspension when they are not in memory.
   */
  referring(type: EntityType, field: Field, id: string): EntityData[] {
    const stored = this.#current.storedReferring(type, field, id)
    if (stored === undefined) {
      throw new Suspension('handler', () => this.#current.loadReferring(type, field, id))
    }
    const found = new Map(stored)
    const consider = (entityId: string, entity: EntityData | null) => {
      if (entity !== null && refersTo(entity.get(field.name), id)) found.set(entityId, entity)
      else found.delete(entityId)
    }
    for (const [entityId, entity] of this.#current.unwritten(type)) consider(entityId, entity)
    for (const layer of [this.#updates, this.#handlerUpdates]) {
      for (const { key } of layer.values()) {
        if (key.type === type) consider(key.id, this.get(key))
      }
    }
    return [...found]
      .sort(([one], [other]) => compareIds(type.idType, one, other))
      .map(([, entity]) => entity)
  }

  /**
   * Merges fields into an entity; null removes a field.
   *
   * @throws Suspension when the entity must be known and is not in memory; TransientError when
   *   it breaks its schema.
   */
  set(key: EntityKey, data: Map<string, StoreValue>): void {
    const vid = this.#firstVid + this.#sequence
    this.#sequence += 1n
    this.#accumulate(this.#handlerUpdates, key, { kind: 'update', data, vid })
    // What is set may be a part that is valid only with what was there before.
    if (checkEntity(key.type, key.id, data) === null) return
    const entity = this.get(key)
    if (entity === null) throw new TransientError(`Failed to read entity ${key.id} back from cache`)
    requireValid(key.type, key.id, entity)
  }

  remove(key: EntityKey): void {
    this.#accumulate(this.#handlerUpdates, key, { kind: 'remove' })
  }

  /** Keeps what the handler changed. */
  commitHandler(): void {
    for (const { key, operation } of this.#handlerUpdates.values()) {
      this.#accumulate(this.#updates, key, operation)
    }
    this.#handlerUpdates.clear()
    this.#sequenceAtStart = this.#sequence
  }

  /** Drops what the handler changed, as if it had not run. */
  discardHandler(): void {
    this.#handlerUpdates.clear()
    this.#sequence = this.#sequenceAtStart
  }

  /**
   * What the block changed, compared with what was there before.
   *
   * @throws TransientError when an entity has a value that its enum lacks.
   */
  async changes(): Promise<EntityChange[]> {
    // Immutable entities are only ever inserted: looking for them would find nothing.
    const unknown = [...this.#updates.values()]
      .map(({ key }) => key)
      .filter((key) => !key.type.immutable && this.#current.get(key) === undefined)
    if (unknown.length > 0) await this.#current.load(unknown)
    const changes: EntityChange[] = []
    for (const { key, operation } of this.#updates.values()) {
      const before = this.#current.get(key) ?? null
      const after = apply(operation, before)
      if (after === null || operation.kind === 'remove') {
        if (before !== null) changes.push({ kind: 'remove', key })
        continue
      }
      const data = withoutNulls(after)
      if (before !== null && sameEntity(before, data)) continue
      checkEnumValues(this.#model, key.type, data, this.#block)
      const kind = before === null ? 'insert' : 'overwrite'
      changes.push({ kind, key, data, vid: operation.vid })
    }
    return changes
  }

  #stored(key: EntityKey): EntityData | null {
    const entity = this.#current.get(key)
    if (entity === undefined) throw new Suspension('chain', () => this.#current.load([key]))
    return entity
  }

  #accumulate(layer: Map<string, Entry>, key: EntityKey, next: Operation): void {
    const before = layer.get(key.text)?.operation
    layer.set(key.text, { key, operation: before === undefined ? next : combine(before, next) })
  }
}

/** One operation that does what two do, one after the other. */
function combine(first: Operation, next: Operation): Operation {
  if (next.kind !== 'update') return next
  if (first.kind === 'remove') return { ...next, kind: 'overwrite' }
  return { kind: first.kind, data: merge(first.data, next.data), vid: next.vid }
}

/** Some fields over those that were there; nearly always a handler sets all of them. */
function merge(under: EntityData, over: EntityData): EntityData {
  if (coversAll(under, over)) return over
  const merged = new Map(under)
  for (const [name, value] of over) merged.set(name, value)
  return merged
}

function coversAll(under: EntityData, over: EntityData): boolean {
  if (over.size < under.size) return false
  for (const name of under.keys()) if (!over.has(name)) return false
  return true
}

function apply(operation: Operation | undefined, entity: EntityData | null): EntityData | null {
  if (operation === undefined) return entity
  if (operation.kind === 'remove') return null
  // Onto nothing an update keeps its nulls, which mappings see until the block ends.
  if (operation.kind === 'overwrite' || entity === null) return operation.data
  return withoutNulls(merge(entity, operation.data))
}

function withoutNulls(data: EntityData): EntityData {
  let kept: Map<string, StoreValue> | null = null
  for (const [name, value] of data) {
    if (value !== null) continue
    kept ??= new Map(data)
    kept.delete(name)
  }
  return kept ?? data
}

function refersTo(value: StoreValue | undefined, id: string): boolean {
  if (value === undefined || value === null) return false
  if (Array.isArray(value)) return value.some((element) => refersTo(element, id))
  return idText(value) === id
}

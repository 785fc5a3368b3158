import type { EntityModel, EntityType, Field } from '../../schema/entityModel.ts'
import type { EntityChange } from '../../store/entityChange.ts'
import { idText } from '../../store/entityKey.ts'
import type { EntityReader } from '../../store/entityReader.ts'
import type { EntityData, StoreValue } from '../../values/storeValue.ts'

/** The entities of a mapping test: a store in memory. */
export class MemoryEntities implements EntityReader {
  readonly #byType: ReadonlyMap<string, Map<string, EntityData>>
  /** What files' handlers wrote, which those of the chain do not see. */
  readonly #ofFiles: ReadonlyMap<string, Map<string, EntityData>>

  constructor(model: EntityModel) {
    this.#byType = new Map(model.entities.map((type) => [type.name, new Map()]))
    this.#ofFiles = new Map(model.entities.map((type) => [type.name, new Map()]))
  }

  /** All entities of a type, by id. */
  of(type: EntityType): ReadonlyMap<string, EntityData> {
    return new Map([...this.#table(type), ...this.#fileTable(type)])
  }

  /**
   * Takes over what handlers of files wrote.
   *
   * @returns what a real store would refuse.
   */
  applyFiles(changes: readonly EntityChange[]): string[] {
    const refused: string[] = []
    for (const change of changes) {
      if (change.kind === 'remove') continue
      const { type, id } = change.key
      if (this.of(type).has(id)) {
        refused.push(`${type.name} with id ${id} was there already when a file's handler saved it`)
      } else {
        this.#fileTable(type).set(id, change.data)
      }
    }
    return refused
  }

  put(type: EntityType, data: EntityData): void {
    this.#table(type).set(idText(data.get('id') as StoreValue), data)
  }

  /**
   * Takes over what a block changed.
   *
   * @returns what a real store would refuse.
   */
  apply(changes: readonly EntityChange[]): string[] {
    const refused: string[] = []
    for (const change of changes) {
      const { type, id } = change.key
      const table = this.#table(type)
      if (change.kind === 'remove') {
        table.delete(id)
        continue
      }
      if (type.immutable && table.has(id)) {
        if (!type.skipDuplicates) {
          refused.push(`${type.name} is immutable, and the one with id ${id} was saved again`)
        }
        continue
      }
      table.set(id, change.data)
    }
    return refused
  }

  async readEntities(type: EntityType, ids: readonly string[]): Promise<Map<string, EntityData>> {
    const found = new Map<string, EntityData>()
    for (const id of ids) {
      const data = this.#table(type).get(id)
      if (data !== undefined) found.set(id, data)
    }
    return found
  }

  async readReferring(
    type: EntityType,
    field: Field,
    id: string,
  ): Promise<Map<string, EntityData>> {
    const found = new Map<string, EntityData>()
    for (const [key, data] of this.#table(type)) {
      const value = data.get(field.name) ?? null
      const targets = Array.isArray(value) ? value : [value]
      if (targets.some((target) => target !== null && idText(target) === id)) found.set(key, data)
    }
    return found
  }

  #fileTable(type: EntityType): Map<string, EntityData> {
    return this.#ofFiles.get(type.name) as Map<string, EntityData>
  }

  #table(type: EntityType): Map<string, EntityData> {
    return this.#byType.get(type.name) as Map<string, EntityData>
  }
}

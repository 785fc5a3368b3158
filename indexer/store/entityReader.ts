import type { EntityType, Field } from '../schema/entityModel.ts'
import type { EntityData } from '../values/storeValue.ts'

/** Reads entities as they are at the head of the stored blocks. */
export interface EntityReader {
  /** Entities by id; those that do not exist are left out. */
  readEntities(type: EntityType, ids: readonly string[]): Promise<Map<string, EntityData>>
  /** Entities by id whose field refers to `id`. */
  readReferring(type: EntityType, field: Field, id: string): Promise<Map<string, EntityData>>
}

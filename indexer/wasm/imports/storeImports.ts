import type { EntityData } from '../../values/storeValue.ts'
import { readEntity, writeEntity } from '../marshal/storeValue.ts'
import { TypeId } from '../memory/typeId.ts'
import type { Guest, Imports } from './guest.ts'

/** `store.*`. */
export function storeImports(guest: Guest): Imports {
  const text = (pointer: number) => guest.heap.readString(pointer)
  const orNull = (entity: EntityData | null) =>
    entity === null ? 0 : writeEntity(guest.heap, entity)
  return {
    'store.get': (type: number, id: number) =>
      orNull(guest.context.getEntity(text(type), text(id))),
    'store.get_in_block': (type: number, id: number) =>
      orNull(guest.context.getEntityInBlock(text(type), text(id))),
    'store.loadRelated': (type: number, id: number, field: number) => {
      const related = guest.context.loadRelated(text(type), text(id), text(field))
      return guest.heap.array(
        TypeId.ArrayTypedMapStringStoreValue,
        related.map((entity) => writeEntity(guest.heap, entity)),
      )
    },
    'store.set': (type: number, id: number, entity: number) => {
      guest.context.setEntity(text(type), text(id), readEntity(guest.heap, entity))
      return undefined
    },
    'store.remove': (type: number, id: number) => {
      guest.context.removeEntity(text(type), text(id))
      return undefined
    },
  }
}

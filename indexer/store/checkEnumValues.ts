import { TransientError } from '../errors/hostErrors.ts'
import { snakeCase } from '../names/snakeCase.ts'
import type { EntityModel, EntityType, ValueType } from '../schema/entityModel.ts'
import type { EntityData, StoreValue } from '../values/storeValue.ts'

/**
 * Refuses values that their enums lack. On graph-node the database does that, once a block is over:
 * until then a mapping may have corrected them.
 *
 * @param block number of the block in which the entity changed.
 * @throws TransientError, as graph-node tells this failure apart from deterministic ones.
 */
export function checkEnumValues(
  model: EntityModel,
  type: EntityType,
  data: EntityData,
  block: number,
): void {
  if (model.enums.length === 0) return
  for (const field of type.fields) {
    const name = enumOf(field.type)
    const value = name === null ? undefined : data.get(field.name)
    if (value === undefined || value === null) continue
    const known = model.enums.find((one) => one.name === name)?.values ?? []
    const unknown = listed(value).find((one) => one !== null && !known.includes(one as string))
    if (unknown === undefined) continue
    throw new TransientError(
      `Failed to transact block operations: writing ${type.name} entities at block ${block} failed: ` +
        `invalid input value for enum ${snakeCase(name as string)}: ${JSON.stringify(unknown)}`,
    )
  }
}

function enumOf(type: ValueType): string | null {
  if (type.kind === 'list') return enumOf(type.element)
  return type.kind === 'enum' ? type.name : null
}

function listed(value: StoreValue): readonly StoreValue[] {
  return Array.isArray(value) ? value : [value]
}

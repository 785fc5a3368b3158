import type { EntityModel, EntityType, Field, ScalarName } from '../schema/entityModel.ts'
import type { Table } from './tables.ts'

/**
 * What the store keeps of the proof of indexing, as an entity type of its own beside those of the
 * schema: per causality region, its id, the hash of everything that was written up to a block.
 */
export function proofType(model: EntityModel): EntityType {
  const known = TYPES.get(model)
  if (known !== undefined) return known
  const type = makeType(model)
  TYPES.set(model, type)
  return type
}

/** Types are told apart by identity, so that a model has one. */
const TYPES = new WeakMap<EntityModel, EntityType>()

function makeType(model: EntityModel): EntityType {
  const fields = [field('digest', 'digest', 'Bytes'), field('id', 'id', 'String')]
  if (model.aggregations.length > 0) fields.push(field('blockTime', 'block_time', 'Int8'))
  return {
    name: 'Poi$',
    table: 'poi2$',
    immutable: false,
    timeseries: false,
    skipDuplicates: false,
    idType: 'String',
    fields,
    interfaces: [],
    description: null,
  }
}

/** The table of {@link proofType}, after all others. */
export function proofTable(model: EntityModel, position: number): Table {
  const type = proofType(model)
  return {
    name: type.table,
    type,
    position,
    immutable: false,
    isAggregation: false,
    fields: type.fields,
  }
}

function field(name: string, column: string, type: ScalarName): Field {
  return {
    name,
    column,
    type: { kind: 'scalar', name: type },
    nullable: false,
    derivedFrom: null,
    graphqlType: `${type}!`,
    description: null,
  }
}

import type { AggregationType, EntityModel, EntityType, Field } from '../schema/entityModel.ts'

/** A table of the deployment's namespace: an entity type, or one interval of an aggregation. */
export interface Table {
  readonly name: string
  /** GraphQL type whose rows it holds. */
  readonly type: EntityType | AggregationType
  /** Place among the namespace's tables; part of the names of attribute indexes. */
  readonly position: number
  /** Rows are never changed: a block number instead of a block range. */
  readonly immutable: boolean
  readonly isAggregation: boolean
  /** Stored fields, in the schema's order. */
  readonly fields: readonly Field[]
}

/** All tables of a model, in the order in which graph-node numbers them. */
export function tables(model: EntityModel): Table[] {
  const result: Table[] = []
  for (const type of model.entities) {
    result.push({
      name: type.table,
      type,
      position: result.length,
      immutable: type.immutable,
      isAggregation: false,
      fields: type.fields.filter((field) => field.derivedFrom === null),
    })
  }
  for (const type of model.aggregations) {
    for (const interval of type.intervals) {
      result.push({
        name: type.tables[interval],
        type,
        position: result.length,
        immutable: true,
        isAggregation: true,
        fields: type.fields,
      })
    }
  }
  return result
}

import { proofTable } from '../../layout/proofTable.ts'
import { type Table, tables } from '../../layout/tables.ts'
import type { EntityModel, Field, ValueType } from '../../schema/entityModel.ts'

/** A deployment's schema and the Postgres schema with its tables. */
export interface NamespacedModel {
  readonly model: EntityModel
  readonly namespace: string
}

/** All tables that a graft takes over, that of the proof of indexing among them. */
export function copiedTables(model: EntityModel): Table[] {
  const all = tables(model)
  return [...all, proofTable(model, all.length)]
}

/**
 * Why the rows of one deployment's tables cannot be put into another's, in graph-node's words.
 * Tables and columns of either alone do not matter, unless a column must have a value.
 */
export function copyProblems(target: NamespacedModel, source: NamespacedModel): string[] {
  const sources = new Map(copiedTables(source.model).map((table) => [table.name, table]))
  return copiedTables(target.model).flatMap((table) => {
    const from = sources.get(table.name)
    if (from === undefined) return []
    const fields = new Map(from.fields.map((field) => [field.column, field]))
    return table.fields.flatMap((field) => {
      const given = fields.get(field.column)
      const attribute = `${table.type.name}.${field.name}`
      if (given !== undefined) return assignProblem(attribute, field, given, target, source) ?? []
      if (field.nullable) return []
      return `The attribute ${attribute} is non-nullable, but there is no such attribute in the source`
    })
  })
}

function assignProblem(
  attribute: string,
  field: Field,
  given: Field,
  target: NamespacedModel,
  source: NamespacedModel,
): string | null {
  if (!field.nullable && given.nullable) {
    return `The attribute ${attribute} is non-nullable, but the corresponding attribute in the source is nullable`
  }
  const [type, givenType] = [elementOf(field.type), elementOf(given.type)]
  const isSameShape = (field.type.kind === 'list') === (given.type.kind === 'list')
  if (type.kind !== 'enum') {
    if (isSameShape && scalarOf(type) === scalarOf(givenType)) return null
    return `The attribute ${attribute} has type ${field.graphqlType}, but its type in the source is ${given.graphqlType}`
  }
  if (givenType.kind !== 'enum' || !isSameShape) {
    return `The attribute ${attribute} is an enum ${field.graphqlType}, but its type in the source is ${given.graphqlType}`
  }
  const [known, wanted] = [enumOf(target, type.name), enumOf(source, givenType.name)]
  if (wanted.values.every((value) => known.values.includes(value))) return null
  return `the enum type ${wanted.qualified} contains values not present in ${known.qualified}`
}

function elementOf(type: ValueType): ValueType {
  return type.kind === 'list' ? type.element : type
}

/** What Postgres stores of a value: of a reference its target's id. */
function scalarOf(type: ValueType): string {
  if (type.kind === 'reference') return type.idType
  return type.kind === 'scalar' ? type.name : type.kind
}

function enumOf({ model, namespace }: NamespacedModel, name: string) {
  const found = model.enums.find((type) => type.name === name)
  if (found === undefined) throw new Error(`the model has no enum \`${name}\``)
  return { values: found.values, qualified: `"${namespace}"."${found.sqlName}"` }
}

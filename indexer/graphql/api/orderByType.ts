import type { EntityModel, Field } from '../../schema/entityModel.ts'

/**
 * SDL of `<Type>_orderBy`: every field, and `field__child` for the scalar fields of the types that
 * single references lead to.
 */
export function orderByType(
  typeName: string,
  fields: readonly Field[],
  model: EntityModel,
): string {
  const values = fields.flatMap((field) => [field.name, ...childValues(field, model)])
  return `enum ${typeName}_orderBy {\n  ${values.join('\n  ')}\n}`
}

function childValues(field: Field, model: EntityModel): string[] {
  if (field.type.kind !== 'reference') return []
  const target = field.type.name
  const type = [...model.entities, ...model.interfaces, ...model.aggregations].find(
    (known) => known.name === target,
  )
  return (type?.fields ?? [])
    .filter((child) => child.type.kind === 'scalar' || child.type.kind === 'enum')
    .map((child) => `${field.name}__${child.name}`)
}

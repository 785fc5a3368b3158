import { camelCase } from './camelCase.ts'
import { pluralize } from './pluralize.ts'

/** Names of the two root query fields of a type: one entity by id, and a collection. */
export function rootFieldNames(typeName: string): { singular: string; plural: string } {
  const singular = camelCase(typeName)
  const plural = camelCase(pluralize(typeName))
  return { singular, plural: plural === singular ? `${plural}_collection` : plural }
}

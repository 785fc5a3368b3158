import { Kind } from 'graphql'
import { argument, baseType, directive, fieldOf, type SchemaDocument } from './schemaDocument.ts'

/** What is wrong with the first `@derivedFrom` that cannot be followed back. */
export function derivedFromProblem(schema: SchemaDocument): string[] {
  for (const node of schema.entities) {
    for (const field of node.fields ?? []) {
      const derived = directive(field, 'derivedFrom')
      if (!derived) continue
      const name = field.name.value
      const invalid = (reason: string) => [
        `Field \`${name}\` in type \`${node.name.value}\` has invalid @derivedFrom: ${reason}`,
      ]
      const given = argument(derived, 'field')
      if (!given) return invalid('the @derivedFrom directive must have a `field` argument')
      if (given.kind !== Kind.STRING) {
        return invalid('the @derivedFrom `field` argument must be a string')
      }
      const targetName = baseType(field.type)
      const target = schema.fielded(targetName)
      if (!target) return invalid('type must be an existing entity or interface')
      const back = fieldOf(target, given.value)
      if (!back) {
        return invalid(`field \`${given.value}\` does not exist on type \`${targetName}\``)
      }
      // What refers to an interface that has the field may be meant as well.
      const referred = [
        node.name.value,
        ...(node.interfaces ?? [])
          .map((implemented) => implemented.name.value)
          .filter((implemented) => {
            const declared = schema.interface(implemented)
            return declared !== undefined && fieldOf(declared, name) !== undefined
          }),
      ]
      if (back.name.value === 'id' || referred.includes(baseType(back.type))) continue
      const types = referred.flatMap((type) => [type, `${type}!`, `[${type}!]`, `[${type}!]!`])
      return invalid(
        `field \`${given.value}\` on type \`${targetName}\` must have one of the following types: ${types.join(', ')}`,
      )
    }
  }
  return []
}

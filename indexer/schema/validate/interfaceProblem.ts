import { type FieldDefinitionNode, print } from 'graphql'
import type { SchemaDocument } from './schemaDocument.ts'

/** The first interface that there is not, or that a type implements without all of its fields. */
export function interfaceProblem(schema: SchemaDocument): string | null {
  for (const object of schema.objects) {
    for (const { name } of object.interfaces ?? []) {
      const implemented = schema.interface(name.value)
      if (!implemented) return `Interface \`${name.value}\` not defined`
      const missing = (implemented.fields ?? []).filter(
        (field) => !object.fields?.some((own) => isSame(own, field)),
      )
      if (missing.length === 0) continue
      const fields = missing.map(print).join(', ')
      return (
        `Entity type \`${object.name.value}\` does not satisfy interface \`${name.value}\` ` +
        `because it is missing the following fields: ${fields}`
      )
    }
  }
  return null
}

function isSame(one: FieldDefinitionNode, other: FieldDefinitionNode): boolean {
  return one.name.value === other.name.value && print(one.type) === print(other.type)
}

import type { GraphQLField } from 'graphql'
import { type Location, QueryError } from '../errors/queryError.ts'
import type { Value } from './value.ts'

/** A field to resolve: variables are filled in and arguments fit their definitions. */
export interface SelectedField {
  readonly responseKey: string
  readonly name: string
  readonly location: Location
  readonly arguments: ReadonlyMap<string, Value>
  readonly definition: GraphQLField<unknown, unknown>
  /** Null for scalars and enums. */
  readonly selections: SelectionSet | null
}

/**
 * What to select, by concrete object type: fragments are expanded, and interfaces resolved into
 * the types that implement them.
 */
export class SelectionSet {
  readonly #fields: Map<string, SelectedField[]>

  constructor(typeNames: Iterable<string>) {
    this.#fields = new Map([...typeNames].map((name) => [name, []]))
  }

  get typeNames(): string[] {
    return [...this.#fields.keys()]
  }

  fields(typeName: string): readonly SelectedField[] {
    return this.#fields.get(typeName) ?? []
  }

  /** Adds a field for all types of the set. */
  push(field: SelectedField): void {
    for (const fields of this.#fields.values()) mergeField(fields, field)
  }

  /** Adds the other set's fields; its types must be types of this set. */
  merge(other: SelectionSet): void {
    for (const [typeName, others] of other.#fields) {
      const fields = this.#fields.get(typeName)
      if (!fields) throw cannotMerge(typeName)
      for (const field of others) mergeField(fields, field)
    }
  }

  clone(): SelectionSet {
    const copy = new SelectionSet(this.typeNames)
    copy.merge(this)
    return copy
  }
}

/** Of two fields with the same key the first one's name and arguments stay. */
function mergeField(fields: SelectedField[], added: SelectedField): void {
  const present = fields.find((field) => field.responseKey === added.responseKey)
  if (!present) {
    fields.push({ ...added, selections: added.selections?.clone() ?? null })
  } else if (added.selections) {
    if (!present.selections) throw cannotMerge(added.selections.typeNames[0])
    present.selections.merge(added.selections)
  }
}

function cannotMerge(typeName: string): QueryError {
  return new QueryError(
    `invalid query: can not merge fields because type \`${typeName}\` showed up unexpectedly`,
    { attestable: false },
  )
}

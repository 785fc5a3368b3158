import type { GraphQLSchema } from 'graphql'
import { branchFields, type Collection, collections, isListType, leafFields } from './collection.ts'
import type { GeneratedQuery } from './generatedQuery.ts'

/** Entities of each type, from which the values of arguments are taken. */
export class Samples {
  readonly #rows: ReadonlyMap<string, readonly Row[]>

  private constructor(rows: ReadonlyMap<string, readonly Row[]>) {
    this.#rows = rows
  }

  /** @param ask answers a query with its data, or with null where that is an error. */
  static async take(
    schema: GraphQLSchema,
    ask: (query: GeneratedQuery) => Promise<Record<string, unknown> | null>,
  ): Promise<Samples> {
    const rows = new Map<string, readonly Row[]>()
    for (const collection of collections(schema)) {
      if (collection.isSearch) continue
      const interval = collection.isAggregation ? ', interval: day' : ''
      const all = async (selection: string) => {
        const query = `{ all: ${collection.name}(first: 100${interval}, subgraphError: allow) { ${selection} } }`
        return ((await ask({ query }))?.all ?? []) as Row[]
      }
      const found = await all(
        leafFields(collection.type)
          .map(({ name }) => name)
          .join(' '),
      )
      for (const name of references(collection)) {
        // What it refers to may be gone, which is an error of the whole answer.
        const parents = await all(`${name} { id }`)
        for (const [index, parent] of parents.entries()) {
          found[index] = { ...found[index], ...parent }
        }
      }
      rows.set(collection.type.name, found)
    }
    return new Samples(rows)
  }

  /** All values that a field has, ids for references; nulls are left out. */
  values(type: string, field: string): unknown[] {
    const values = (this.#rows.get(type) ?? []).map((row) => flat(row[field]))
    return values.filter((value) => value !== null && value !== undefined)
  }
}

type Row = Readonly<Record<string, unknown>>

function references({ type }: Collection): string[] {
  const stored = branchFields(type).filter((field) => {
    return field.args.length === 0 || isListType(field.type)
  })
  return stored.map(({ name }) => name)
}

/** Ids in place of entities. */
function flat(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(flat)
  if (typeof value === 'object' && value !== null) return (value as { id: unknown }).id
  return value
}

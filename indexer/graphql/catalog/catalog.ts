import { quoteIdentifier } from '../../layout/quoteIdentifier.ts'
import { tables } from '../../layout/tables.ts'
import type {
  AggregationInterval,
  AggregationType,
  EntityModel,
  EntityType,
  Field,
  FulltextSearch,
} from '../../schema/entityModel.ts'

/** How an aggregation's table is filled from the rows of its source. */
export interface Rollup {
  readonly aggregation: AggregationType
  readonly source: EntityType
  /** The source's table, qualified and quoted. */
  readonly sourceSql: string
  /** Length of a bucket. */
  readonly seconds: number
}

/** A table to read entities of one concrete type from. */
export interface QueryTable {
  /** GraphQL name of the type of its rows. */
  readonly typeName: string
  /** Qualified and quoted, ready for SQL. */
  readonly sqlName: string
  readonly immutable: boolean
  /** Null for entities. */
  readonly rollup: Rollup | null
  /** Fields as the concrete type declares them, derived ones included. */
  readonly declared: ReadonlyMap<string, Field>
  /** Stored fields by name. */
  readonly fields: ReadonlyMap<string, Field>
  readonly fulltext: ReadonlyMap<string, FulltextSearch>
}

/** A type that can be queried: an entity, an interface, or an aggregation in one interval. */
export interface QueryType {
  /** As error messages have it: that of an aggregation ends with its interval. */
  readonly name: string
  readonly kind: 'entity' | 'interface' | 'aggregation'
  /** Fields as the type itself declares them, derived ones included. */
  readonly fields: ReadonlyMap<string, Field>
  /** Tables of the concrete types: one, or one for each implementer. */
  readonly tables: readonly QueryTable[]
}

/** Looks up types and their tables for one deployment. */
export class Catalog {
  readonly model: EntityModel
  readonly namespace: string
  readonly #types = new Map<string, QueryType>()

  constructor(model: EntityModel, namespace: string) {
    this.model = model
    this.namespace = namespace
    const all = tables(model).map((table) => ({
      name: table.name,
      query: {
        typeName: table.type.name,
        sqlName: `${quoteIdentifier(namespace)}.${quoteIdentifier(table.name)}`,
        immutable: table.immutable,
        rollup: 'aggregates' in table.type ? this.#rollup(table.type, table.name) : null,
        declared: byName(table.type.fields),
        fields: byName(table.fields),
        fulltext: byName(model.fulltext.filter((search) => search.entity === table.type.name)),
      },
    }))
    const ofType = (name: string) => all.filter((table) => table.query.typeName === name)
    for (const { name, fields } of model.entities) {
      const own = ofType(name).map((table) => table.query)
      this.#types.set(name, { name, kind: 'entity', fields: byName(fields), tables: own })
    }
    for (const { name, fields, implementers } of model.interfaces) {
      const own = implementers.flatMap((type) => ofType(type).map((table) => table.query))
      this.#types.set(name, { name, kind: 'interface', fields: byName(fields), tables: own })
    }
    for (const aggregation of model.aggregations) {
      const { name, fields, intervals } = aggregation
      for (const interval of intervals) {
        const own = all.filter((table) => table.name === aggregation.tables[interval])
        this.#types.set(`${name} ${interval}`, {
          name: `${name}_${interval}`,
          kind: 'aggregation',
          fields: byName(fields),
          tables: own.map((table) => table.query),
        })
      }
    }
  }

  #rollup(aggregation: AggregationType, table: string): Rollup {
    const source = this.model.entities.find((entity) => entity.name === aggregation.source)
    if (!source) throw new Error(`the model has no source \`${aggregation.source}\``)
    return {
      aggregation,
      source,
      sourceSql: `${quoteIdentifier(this.namespace)}.${quoteIdentifier(source.table)}`,
      seconds: aggregation.tables.hour === table ? 3_600 : 86_400,
    }
  }

  /** A type by name; aggregations need an interval, which other types ignore. */
  type(name: string, interval: AggregationInterval | null): QueryType | undefined {
    return this.#types.get(name) ?? this.#types.get(`${name} ${interval}`)
  }
}

function byName<T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.name, item]))
}

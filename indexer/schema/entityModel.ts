/** Types of ids that an entity may have. `ID` in a schema is `String`. */
export type IdType = 'String' | 'Bytes' | 'Int8'

/** The scalars of a subgraph schema; `ID` is `String` here, and told apart by the field's name. */
export type ScalarName =
  | 'Boolean'
  | 'Int'
  | 'Int8'
  | 'BigInt'
  | 'BigDecimal'
  | 'String'
  | 'Bytes'
  | 'Timestamp'

/** What a field holds. A reference is stored as the id of its target, a list as an array. */
export type ValueType =
  | { readonly kind: 'scalar'; readonly name: ScalarName }
  | { readonly kind: 'enum'; readonly name: string }
  | { readonly kind: 'reference'; readonly name: string; readonly idType: IdType }
  | { readonly kind: 'list'; readonly name: string; readonly element: ValueType }

/** One field of an entity type or interface. */
export interface Field {
  readonly name: string
  /** Column name; derived fields have one in name only, as they are not stored. */
  readonly column: string
  readonly type: ValueType
  readonly nullable: boolean
  /** Field of the target type that refers back, or null for stored fields. */
  readonly derivedFrom: string | null
  /** The type as the schema's author wrote it, such as `[Bytes!]!`. */
  readonly graphqlType: string
  readonly description: string | null
}

/** An object type with `@entity`: one table. */
export interface EntityType {
  readonly name: string
  readonly table: string
  readonly immutable: boolean
  readonly timeseries: boolean
  /** Insert of an id that is there already is skipped instead of failing (immutable types only). */
  readonly skipDuplicates: boolean
  readonly idType: IdType
  readonly fields: readonly Field[]
  readonly interfaces: readonly string[]
  readonly description: string | null
}

/** An interface; queries of it read the tables of all its implementers. */
export interface InterfaceType {
  readonly name: string
  readonly idType: IdType
  readonly fields: readonly Field[]
  /** Names of the entity types that implement it, in the schema's order. */
  readonly implementers: readonly string[]
  readonly description: string | null
}

export interface EnumType {
  readonly name: string
  readonly sqlName: string
  /** In the schema's order; the SQL type holds them sorted by byte order. */
  readonly values: readonly string[]
  readonly description: string | null
}

/** One `@fulltext` of `_Schema_`: a tsvector column of the entity and a root query field. */
export interface FulltextSearch {
  readonly name: string
  readonly column: string
  readonly entity: string
  /** Postgres text search configuration, such as `english`. */
  readonly language: string
  readonly algorithm: 'rank' | 'proximityRank'
  readonly fields: readonly string[]
}

export type AggregationInterval = 'hour' | 'day'

/** One `@aggregate` field of an aggregation. */
export interface Aggregate {
  readonly field: string
  readonly fn: 'sum' | 'max' | 'min' | 'count' | 'first' | 'last'
  /** Expression over the source's fields; empty for `count`. */
  readonly arg: string
  readonly cumulative: boolean
}

/** A type with `@aggregation`: one table per interval, filled from a timeseries entity. */
export interface AggregationType {
  readonly name: string
  readonly source: string
  readonly intervals: readonly AggregationInterval[]
  /** Table of each interval, such as `stats_hour`. */
  readonly tables: Readonly<Record<string, string>>
  readonly idType: IdType
  /** `id`, `timestamp`, dimensions and aggregates. */
  readonly fields: readonly Field[]
  readonly dimensions: readonly string[]
  readonly aggregates: readonly Aggregate[]
  readonly description: string | null
}

/** A subgraph's schema as the store and the API see it. */
export interface EntityModel {
  readonly entities: readonly EntityType[]
  readonly interfaces: readonly InterfaceType[]
  readonly enums: readonly EnumType[]
  readonly fulltext: readonly FulltextSearch[]
  readonly aggregations: readonly AggregationType[]
  /**
   * Definitions of directives and input types of the schema's own, as SDL: they have no meaning,
   * but introspection shows them, and queries may declare variables of such types.
   */
  readonly extras: readonly string[]
}

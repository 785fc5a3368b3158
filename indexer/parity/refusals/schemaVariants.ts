import type { Variant } from './variant.ts'

const DATA = `type Data @entity(timeseries: true) {
  id: Int8! timestamp: Timestamp! kind: String! n: Int! price: BigDecimal! by: User! raw: Bytes!
  done: Boolean!
}`
const USER = 'type User @entity(immutable: true) { id: ID! name: String! }'

/** An aggregation, and what it is made of. */
function stats(fields: string, given = '(intervals: ["hour"], source: "Data")'): string {
  return `${USER} ${DATA} type Stats @aggregation${given} {
    id: Int8! timestamp: Timestamp! ${fields} }`
}

const TOTAL = 'total: BigDecimal! @aggregate(fn: "sum", arg: "price")'

function aggregate(directive: string, type = 'BigDecimal!'): string {
  return stats(`total: ${type} @aggregate(${directive})`)
}

const fields = (list: string) => `type A @entity(immutable: false) { ${list} }`

function search(given: string, name = 'name: "search", '): string {
  return `type _Schema_ @fulltext(${name}${given}) ${USER}`
}

const INCLUDE = 'include: [{ entity: "User", fields: [{ name: "name" }] }]'
const RANKED = 'language: en, algorithm: rank, '

/** Schemas that break a rule, by what is wrong, and some that look as if they did. */
const SCHEMAS: Readonly<Record<string, string>> = {
  'neither entity nor aggregation': 'type A { id: ID! } type B { id: ID! }',
  'interface not defined': 'type A implements I @entity(immutable: false) { id: ID! }',
  'fields of an interface missing': `interface I { id: ID! n: Int! list: [Int!]! @derivedFrom(field: "x") }
    type A implements I @entity(immutable: false) { id: ID! n: Int }`,
  'described field of an interface missing': `interface I { id: ID! "how many" n: Int! }
    type A implements I @entity(immutable: false) { id: ID! }`,
  'interface without implementers': `interface I { name: String! } ${fields('id: ID!')}`,
  'entity flag that is no boolean': 'type A @entity(immutable: "true") { id: ID! }',
  'timeseries flag that is no boolean': 'type A @entity(timeseries: 1) { id: ID! }',
  'duplicates of what may change':
    'type A @entity(immutable: false, skipDuplicates: true) { id: ID! }',
  'duplicates flag that is no boolean':
    'type A @entity(immutable: true, skipDuplicates: "yes") { id: ID! }',
  'entity without arguments': 'type A @entity { id: ID! }',
  'no id': fields('name: String'),
  'id of a number': fields('id: BigInt!'),
  'id of a reference': `${fields('id: User!')} ${USER}`,
  'type not defined': fields('id: ID! b: Nope'),
  'list of a type not defined': fields('id: ID! b: [Nope!]!'),
  'reserved names': 'type Query @entity { id: ID! } enum BigInt { a }',
  'names of filters': `${fields('id: ID!')} enum A_filter { a } enum A_orderBy { b }`,
  'derived without field': fields('id: ID! a: [A!]! @derivedFrom'),
  'derived from a field by name': fields('id: ID! a: [A!]! @derivedFrom(field: a)'),
  'derived from no type': fields('id: ID! a: [Nope!]! @derivedFrom(field: "b")'),
  'derived from a scalar': fields('id: ID! a: Int @derivedFrom(field: "id")'),
  'derived from no field': fields('id: ID! a: [A!]! @derivedFrom(field: "b")'),
  'derived from a field of another type': `${fields('id: ID! a: [User!]! @derivedFrom(field: "name")')} ${USER}`,
  'derived from a field of another type than an interface': `interface I { id: ID! a: [User!]! }
    type A implements I @entity(immutable: false) { id: ID! a: [User!]! @derivedFrom(field: "name") } ${USER}`,
  'derived from an id': fields('id: ID! a: [A!]! @derivedFrom(field: "id")'),
  'schema type with fields': `type _Schema_ { id: ID! } ${fields('id: ID!')}`,
  'schema type with other directives': `type _Schema_ @import(types: ["A"], from: { name: "x" }) ${fields('id: ID!')}`,
  'faults of every kind': `type Extra { id: ID! }
    type _Schema_ @import @fulltext(name: "found", language: yy, algorithm: best, include: []) { id: ID! }
    interface I { id: ID! }
    type A @entity(immutable: "no") { id: BigInt! b: Nope many: [B!]! @derivedFrom(field: "c") }
    type B @entity(timeseries: true) { name: String }
    type Query @entity(immutable: true) { name: String }
    type Stats @aggregation(intervals: ["week"], source: "A") { total: Int! @aggregate(fn: "sum") }`,
  'union of types': `union U = A ${fields('id: ID! u: U')}`,
  'scalar of its own': `scalar Date ${fields('id: ID! at: Date')}`,
  'scalar of its own that nothing uses': `scalar Date ${fields('id: ID!')}`,
  'union that nothing uses': `union U = A ${fields('id: ID!')}`,
  'extended type': `${fields('id: ID!')} extend type A { b: Int }`,
  'entity and aggregation in one': `${USER} ${DATA}
    type Stats @entity(immutable: true) @aggregation(intervals: ["hour"], source: "Data") {
      id: Int8! timestamp: Timestamp! ${TOTAL} }`,
  'unknown directives': `type A @entity(immutable: false) @shiny { id: ID! @dull b: Int @fulltext }`,
  'enum without values used': `enum E ${fields('id: ID! e: E')}`,
  'no types': 'enum E { a }',
  'type without fields': 'type A @entity(immutable: false)',
  'field with arguments': fields('id: ID! b(first: Int): Int'),
  'interface that implements': `interface I { id: ID! } interface J implements I { id: ID! }
    type A implements J & I @entity(immutable: false) { id: ID! }`,

  'search without name': search(`${RANKED}${INCLUDE}`, ''),
  'search named like a field': search(`${RANKED}${INCLUDE}`, 'name: "name", '),
  'search named like fields': search(`${RANKED}${INCLUDE}`, 'name: "names", '),
  'two searches of a name': `type _Schema_ @fulltext(name: "s", ${RANKED}${INCLUDE})
    @fulltext(name: "s", ${RANKED}${INCLUDE}) ${USER}`,
  'search without language': search(`algorithm: rank, ${INCLUDE}`),
  'search in a language as a text': search(`language: "en", algorithm: rank, ${INCLUDE}`),
  'search in an unknown language': search(`language: xx, algorithm: rank, ${INCLUDE}`),
  'search without algorithm': search(`language: en, ${INCLUDE}`),
  'search by an unknown algorithm': search(`language: en, algorithm: best, ${INCLUDE}`),
  'search of nothing': search(`${RANKED}include: []`),
  'search without include': search('language: en, algorithm: rank'),
  'search of texts': search(`${RANKED}include: ["User"]`),
  'search without fields': search(`${RANKED}include: [{ entity: "User" }]`),
  'search of an unknown entity': search(
    `${RANKED}include: [{ entity: "Nope", fields: [{ name: "name" }] }]`,
  ),
  'search of a field without name': search(`${RANKED}include: [{ entity: "User", fields: [{}] }]`),
  'search of a field as a text': search(`${RANKED}include: [{ entity: "User", fields: ["name"] }]`),
  'search of an unknown field': search(
    `${RANKED}include: [{ entity: "User", fields: [{ name: "nope" }] }]`,
  ),

  'timeseries that may change':
    'type A @entity(timeseries: true, immutable: false) { id: Int8! timestamp: Timestamp! }',
  'timeseries without id': 'type A @entity(timeseries: true) { timestamp: Timestamp! }',
  'timeseries with another id':
    'type A @entity(timeseries: true) { id: ID! timestamp: Timestamp! }',
  'timeseries without timestamp': 'type A @entity(timeseries: true) { id: Int8! }',
  'timeseries with another timestamp':
    'type A @entity(timeseries: true) { id: Int8! timestamp: Int8! }',

  'aggregation without fault': stats(TOTAL),
  'aggregation without source': stats(TOTAL, '(intervals: ["hour"])'),
  'aggregation of a number': stats(TOTAL, '(intervals: ["hour"], source: 5)'),
  'aggregation of an unknown type': stats(TOTAL, '(intervals: ["hour"], source: "Nope")'),
  'aggregation of no timeseries': stats(TOTAL, '(intervals: ["hour"], source: "User")'),
  'aggregation without intervals': stats(TOTAL, '(source: "Data")'),
  'aggregation with one interval': stats(TOTAL, '(intervals: "hour", source: "Data")'),
  'aggregation with no intervals': stats(TOTAL, '(intervals: [], source: "Data")'),
  'aggregation with a number for an interval': stats(TOTAL, '(intervals: [1], source: "Data")'),
  'aggregation with an unknown interval': stats(
    TOTAL,
    '(intervals: ["hour", "week", "hourly"], source: "Data")',
  ),
  'aggregation without aggregates': stats('kind: String!'),
  'aggregation of an unknown field': stats(`${TOTAL} nope: String!`),
  'aggregation of a field of another type': stats(`${TOTAL} kind: Bytes!`),
  'aggregation with a derived field': stats(
    `${TOTAL} by: User! all: [Data!]! @derivedFrom(field: "by")`,
  ),
  'aggregation with another id': `${USER} ${DATA}
    type Stats @aggregation(intervals: ["hour"], source: "Data") { id: ID! timestamp: Timestamp! ${TOTAL} }`,
  'aggregation without id': `${USER} ${DATA}
    type Stats @aggregation(intervals: ["hour"], source: "Data") { timestamp: Timestamp! ${TOTAL} }`,
  'aggregation without timestamp': `${USER} ${DATA}
    type Stats @aggregation(intervals: ["hour"], source: "Data") { id: Int8! ${TOTAL} }`,
  'aggregation with another timestamp': `${USER} ${DATA}
    type Stats @aggregation(intervals: ["hour"], source: "Data") { id: Int8! timestamp: Int8! ${TOTAL} }`,

  'aggregate without function': aggregate('arg: "price"'),
  'aggregate with a number for a function': aggregate('fn: 5, arg: "price"'),
  'aggregate with an unknown function': aggregate('fn: "average", arg: "price"'),
  'aggregate with an unknown function by name': aggregate('fn: median, arg: "price"'),
  'aggregate of nothing': aggregate('fn: "max"'),
  'count of nothing': aggregate('fn: "count"', 'Int!'),
  'count of texts': aggregate('fn: "count"', 'String!'),
  'aggregate of a number by itself': aggregate('fn: "sum", arg: 5'),
  'cumulative that is no boolean': aggregate('fn: "sum", arg: "price", cumulative: "yes"'),
  'aggregate of a text': aggregate('fn: "sum", arg: "kind"'),
  'aggregate of an unknown field': aggregate('fn: "sum", arg: "nope"'),
  'aggregate with an unknown field': aggregate('fn: "sum", arg: "price * nope"'),
  'aggregate that does not fit': aggregate('fn: "sum", arg: "price"', 'Int!'),
  'aggregate that fits': aggregate('fn: "sum", arg: "n * 2"', 'BigInt!'),
  'aggregate as a text': aggregate('fn: "sum", arg: "n"', 'String!'),
  'aggregate as an unknown type': aggregate('fn: "sum", arg: "n"', 'Nope!'),
  'first of a text': aggregate('fn: "first", arg: "kind"', 'String!'),
  'last of a reference': aggregate('fn: "last", arg: "by"', 'User!'),
  'last of another reference': aggregate('fn: "last", arg: "raw"', 'User!'),
  'first of a number as a text': aggregate('fn: "first", arg: "n"', 'String!'),
  'last as a boolean': aggregate('fn: "last", arg: "done"', 'Boolean!'),
  'aggregate by an unknown function inside': aggregate('fn: "sum", arg: "random() * price"'),
  'aggregate by cases': aggregate(
    'fn: "sum", arg: "case when n > 0 and price is not null then -price::numeric else cast(n as int8) end"',
  ),
  'aggregate by a known function inside': aggregate('fn: "sum", arg: "greatest(price, 0)"'),
}

/** Schemas whose faults each host words in its own way. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  'schema that is no GraphQL': 'type A {',
  'empty schema text': 'nothing',
  'implementers with ids of different types': `interface I { id: ID! } ${USER}
    type A implements I @entity(immutable: true) { id: ID! }
    type B implements I @entity(immutable: true) { id: Bytes! }`,
  'aggregate that is no expression': aggregate('fn: "sum", arg: "price +"'),
  'aggregate of nothing written': aggregate('fn: "sum", arg: ""'),
  'aggregate not closed': aggregate('fn: "sum", arg: "abs(price"'),
  'aggregate of an unfinished case': aggregate('fn: "sum", arg: "case when n > 0 then price"'),
  'aggregate of a query': aggregate('fn: "sum", arg: "(select 1)"'),
  'aggregate of joined texts': aggregate('fn: "sum", arg: "price || n"'),
  'list of ids for an id': fields('id: [ID!]!'),
  'type with no fields': 'type A @entity(immutable: false) {}',
  'field defined twice': fields('id: ID! a: Int a: Int'),
}

/** Schemas that only the database finds something about. */
const STORED: Readonly<Record<string, string>> = {
  'two types of one table': `${fields('id: ID!')} type a @entity(immutable: false) { id: ID! }`,
  'two fields of one column': fields('id: ID! aB: Int a_b: Int'),
}

const EARLY: readonly Variant[] = [
  { name: 'ids of Int8 too early', schema: fields('id: Int8!'), set: { specVersion: '1.0.0' } },
  { name: 'aggregations too early', schema: stats(TOTAL), set: { specVersion: '1.0.0' } },
]

/** Subgraphs that are refused for their schema, and some that are not. */
export const SCHEMA_VARIANTS: readonly Variant[] = [
  ...Object.entries(SCHEMAS).map(([name, schema]) => ({ name, schema, ...searches(schema) })),
  ...Object.entries(OWN_WORDS).map(([name, schema]): Variant => ({ name, schema, ownWords: true })),
  ...Object.entries(STORED).map(([name, schema]): Variant => ({ name, schema, inHost: true })),
  ...EARLY,
]

function searches(schema: string): Pick<Variant, 'set'> {
  return schema.includes('@fulltext') ? { set: { features: ['fullTextSearch'] } } : {}
}

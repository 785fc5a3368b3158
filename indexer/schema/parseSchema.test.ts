import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSchema } from './parseSchema.ts'

function fieldOf(sdl: string, name: string) {
  const field = parseSchema(sdl).entities[0].fields.find((known) => known.name === name)
  assert.ok(field)
  return field
}

test('a field knows its column, its type and who may leave it out', () => {
  const sdl = `
    enum Color { red }
    type A @entity(immutable: false) { id: Bytes! maxSupply: BigInt colors: [Color!]! other: B others: [B!]! }
    type B @entity(immutable: true) { id: Int8! "About a." as: [A!]! @derivedFrom(field: "other") }`
  assert.deepEqual(fieldOf(sdl, 'maxSupply'), {
    name: 'maxSupply',
    column: 'max_supply',
    type: { kind: 'scalar', name: 'BigInt' },
    nullable: true,
    derivedFrom: null,
    graphqlType: 'BigInt',
    description: null,
  })
  assert.deepEqual(fieldOf(sdl, 'colors').type, {
    kind: 'list',
    name: 'Color',
    element: { kind: 'enum', name: 'Color' },
  })
  assert.deepEqual(fieldOf(sdl, 'other').type, { kind: 'reference', name: 'B', idType: 'Int8' })
  const [, b] = parseSchema(sdl).entities
  assert.equal(b.immutable, true)
  assert.equal(b.idType, 'Int8')
  assert.deepEqual(
    [b.fields[1].derivedFrom, b.fields[1].graphqlType, b.fields[1].description],
    ['other', '[A!]!', 'About a.'],
  )
})

test('ids are strings, bytes or numbers, and an interface takes those of its implementers', () => {
  const model = parseSchema(`
    interface Named { id: Bytes! name: String! }
    type A implements Named @entity(immutable: false) { id: Bytes! name: String! }
    type B implements Named @entity(immutable: true) { id: Bytes! name: String! friend: Named }
    type C @entity(immutable: true, skipDuplicates: true) { id: ID! }`)
  assert.deepEqual(
    model.entities.map((type) => [type.idType, type.skipDuplicates]),
    [
      ['Bytes', false],
      ['Bytes', false],
      ['String', true],
    ],
  )
  assert.deepEqual(model.interfaces[0].implementers, ['A', 'B'])
  assert.equal(model.interfaces[0].idType, 'Bytes')
  assert.deepEqual(model.entities[1].fields[2].type, {
    kind: 'reference',
    name: 'Named',
    idType: 'Bytes',
  })
})

test('searches, timeseries and aggregations are read', () => {
  const model = parseSchema(`
    type _Schema_ @fulltext(name: "postSearch", language: fr, algorithm: proximityRank,
      include: [{ entity: "Post", fields: [{ name: "title" }, { name: "text" }] }])
    type Post @entity(immutable: false) { id: ID! title: String! text: String }
    type Data @entity(timeseries: true) { id: Int8! timestamp: Timestamp! kind: String! price: BigDecimal! }
    type Stats @aggregation(intervals: ["hour", "day"], source: "Data") {
      id: Int8! timestamp: Timestamp! kind: String!
      total: BigDecimal! @aggregate(fn: "sum", arg: "price", cumulative: true)
      n: Int8! @aggregate(fn: "count")
    }`)
  assert.deepEqual(model.fulltext, [
    {
      name: 'postSearch',
      column: 'post_search',
      entity: 'Post',
      language: 'french',
      algorithm: 'proximityRank',
      fields: ['title', 'text'],
    },
  ])
  const data = model.entities[1]
  assert.deepEqual([data.timeseries, data.immutable], [true, true])
  const [stats] = model.aggregations
  assert.deepEqual(stats.tables, { hour: 'stats_hour', day: 'stats_day' })
  assert.deepEqual(stats.dimensions, ['kind'])
  assert.deepEqual(stats.aggregates, [
    { field: 'total', fn: 'sum', arg: 'price', cumulative: true },
    { field: 'n', fn: 'count', arg: '', cumulative: false },
  ])
})

test('a schema that cannot be stored is refused with the place and the way to mend it', () => {
  const entity = (fields: string) => `type A @entity(immutable: false) { ${fields} }`
  const cases: readonly (readonly [string, RegExp])[] = [
    ['type A {', /^the schema cannot be parsed: Syntax Error/],
    [entity('id: ID'), /`A\.id` is `ID`/],
    [entity('id: ID! b: [[Int!]!]!'), /`A\.b` is a list of lists/],
    [entity('id: ID! id: ID!'), /`A\.id` is defined twice/],
    [entity('id: ID!') + entity('id: ID!'), /type `A` is defined twice/],
    [`enum E { a } enum E { b } ${entity('id: ID!')}`, /type `E` is defined twice/],
    [`enum E { a b a } ${entity('id: ID!')}`, /enum `E` has the value `a` twice/],
    [
      entity('id: ID! a: [A!]! @derivedFrom(field: "b") b: A @derivedFrom(field: "id")'),
      /`A\.b`, which is no stored field/,
    ],
    [
      `interface I { id: ID! a: [A!]! @derivedFrom(field: "c") } ${entity('id: ID!')}`,
      /`A\.c`, which is no stored field/,
    ],
    [
      'interface I { id: ID! n: Int! } type A implements I @entity(immutable: false) { id: ID! n: Int }',
      /^Entity type `A` does not satisfy interface `I` because it is missing the following fields: n: Int!$/,
    ],
    ['type A implements I @entity(immutable: false) { id: ID! }', /^Interface `I` not defined$/],
  ]
  for (const [sdl, message] of cases) {
    assert.throws(() => parseSchema(sdl), { name: 'SchemaError', message }, sdl)
  }
})

test('all rules that a schema breaks are told at once, in graph-node’s order', () => {
  const sdl = `
    type Extra { id: ID! }
    type A @entity(immutable: "no") { id: BigInt! b: Nope many: [B!]! @derivedFrom(field: "c") }
    type B @entity(timeseries: true) { id: Int8! }
    type Query @entity(immutable: true) { name: String }`
  assert.throws(() => parseSchema(sdl, '1.0.0'), {
    problems: [
      '@entity directive missing on the following types: `Extra`',
      'Field `many` in type `A` has invalid @derivedFrom: field `c` does not exist on type `B`',
      'The following type names are reserved: `Query`',
      'The `immutable` argument of the @entity directive must be a boolean',
      'Timeseries B is missing a `timestamp` field',
      'Entity type A uses illegal type BigInt for id column',
      'Using Int8 as the type for the `id` field is not supported with spec version 1.0.0; please migrate the subgraph to the latest version',
      'Type Query is missing an `id` field',
      'Type `A`, field `b`: type `Nope` is not defined',
    ],
  })
})

test('an aggregate is made of numbers of its source, by functions that are the same everywhere', () => {
  const problems = (aggregate: string, type = 'BigInt!') => {
    try {
      parseSchema(`
        type Data @entity(timeseries: true) {
          id: Int8! timestamp: Timestamp! price: BigDecimal! n: Int! text: String!
        }
        type Stats @aggregation(intervals: ["hour"], source: "Data") {
          id: Int8! timestamp: Timestamp! total: ${type} @aggregate(${aggregate})
        }`)
    } catch (error) {
      return (error as { problems: string[] }).problems
    }
    return []
  }
  assert.deepEqual(problems('fn: "sum", arg: "n + 1"'), [])
  assert.deepEqual(problems('fn: "last", arg: "text"', 'String!'), [])
  assert.deepEqual(problems('fn: "sum", arg: "price"'), [
    'Field total in aggregation Stats has `arg` price of type BigDecimal but it is of the wider type BigInt in the source',
  ])
  assert.deepEqual(problems('fn: "sum", arg: "random()"'), ['Function random is not supported'])
  assert.deepEqual(problems('fn: "sum", arg: "n + m"'), [
    'Field total in aggregation Stats has `arg` n + m but the source type does not have such a field',
  ])
  assert.deepEqual(problems('fn: "sum", arg: "text"'), [
    'Field total in aggregation Stats has arg `text` but that is not a numeric field in Data',
  ])
})

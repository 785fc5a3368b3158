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

test('a schema that breaks a rule is refused with the place and the way to mend it', () => {
  const entity = (fields: string) => `type A @entity(immutable: false) { ${fields} }`
  const cases: readonly (readonly [string, RegExp])[] = [
    ['type A {', /^the schema cannot be parsed: Syntax Error/],
    ['type A { id: ID! }', /`A` has neither @entity nor @aggregation/],
    [entity('name: String'), /`A` has no field `id`/],
    [entity('id: BigInt!'), /`A\.id` is `BigInt!`: an id is/],
    [entity('id: ID'), /`A\.id` is `ID`/],
    [entity('id: ID! b: Nope'), /`A\.b` has the unknown type `Nope`/],
    [entity('id: ID! b: [[Int!]!]!'), /`A\.b` is a list of lists/],
    [entity('id: ID! id: ID!'), /`A\.id` is defined twice/],
    [entity('id: ID!') + entity('id: ID!'), /type `A` is defined twice/],
    [entity('id: ID! b: [A!]! @derivedFrom'), /@derivedFrom needs the argument `field`/],
    [entity('id: ID! b: [A!]! @derivedFrom(field: "c")'), /`A\.c`, which is no stored field/],
    [entity('id: ID! b: Int @derivedFrom(field: "id")'), /needs a field of an entity type/],
    [
      `interface I { id: ID! n: Int! } type A implements I @entity(immutable: false) { id: ID! }`,
      /`A` implements `I` but lacks `n: Int!`/,
    ],
    [
      `interface I { id: ID! } type A implements I @entity(immutable: false) { id: ID! }
       type B implements I @entity(immutable: false) { id: Bytes! }`,
      /implementers of interface `I` have ids of different types/,
    ],
    ['type A @entity(timeseries: true) { id: ID! }', /timeseries `A` must have `id: Int8!`/],
    ['type A @entity(timeseries: true) { id: Int8! }', /must have `timestamp: Timestamp!`/],
    [
      'type A @entity(immutable: false, skipDuplicates: true) { id: ID! }',
      /skipDuplicates and is mutable/,
    ],
    [
      `type _Schema_ @fulltext(name: "s", language: en, algorithm: rank,
         include: [{ entity: "A", fields: [{ name: "b" }] }])
       ${entity('id: ID! b: [String!]!')}`,
      /@fulltext `s`: `A\.b` is not a String field/,
    ],
    [
      `type _Schema_ @fulltext(name: "s", language: xx, algorithm: rank, include: [])`,
      /^the schema cannot be parsed|unknown language `xx`/,
    ],
  ]
  for (const [sdl, message] of cases) {
    assert.throws(() => parseSchema(sdl), { name: 'SchemaError', message }, sdl)
  }
})

/** A schema with a field of every kind, for tests. */
export const ZOO_SCHEMA = `
type _Schema_ @fulltext(
  name: "articleSearch"
  language: en
  algorithm: rank
  include: [{ entity: "Article", fields: [{ name: "title" }, { name: "body" }] }]
)

enum Color { yellow red BLUE }

"Somebody who keeps animals."
type Account @entity(immutable: false) {
  id: Bytes!
  "What the account is called."
  name: String!
  color: Color
  age: Int
  big: BigInt
  dec: BigDecimal
  flag: Boolean
  at: Timestamp
  num: Int8
  data: Bytes
  tags: [String!]!
  colors: [Color!]
  amounts: [BigInt!]
  hashes: [Bytes!]
  parent: Account
  friends: [Account!]!
  tokens: [Token!]! @derivedFrom(field: "owner")
  profile: Profile @derivedFrom(field: "account")
  pets: [Pet!]! @derivedFrom(field: "owner")
  admirers: [Account!]! @derivedFrom(field: "friends")
  takings: [Takings!]! @derivedFrom(field: "keeper")
}

"What a query may bring along; no type of the store."
input Wanted { color: Color }

type Token @entity(immutable: true) {
  id: ID!
  owner: Account!
  symbol: String!
  amount: BigInt!
}

type Profile @entity(immutable: false) {
  id: ID!
  account: Account!
  bio: String
}

interface Pet {
  id: ID!
  name: String!
  owner: Account!
}

type Dog implements Pet @entity(immutable: false) {
  id: ID!
  name: String!
  owner: Account!
  barks: Int!
}

type Cat implements Pet @entity(immutable: true) {
  id: ID!
  name: String!
  owner: Account!
  lives: Int8!
}

type Home @entity(immutable: false) {
  id: ID!
  favourite: Pet
  inhabitants: [Pet!]!
}

type Article @entity(immutable: false) {
  id: ID!
  title: String!
  body: String!
}

type Visit @entity(timeseries: true) {
  id: Int8!
  timestamp: Timestamp!
  keeper: Account!
  price: BigDecimal!
}

type Takings @aggregation(intervals: ["hour", "day"], source: "Visit") {
  id: Int8!
  timestamp: Timestamp!
  keeper: Account!
  total: BigDecimal! @aggregate(fn: "sum", arg: "price")
}

type Ledger @aggregation(intervals: ["day"], source: "Visit") {
  id: Int8!
  timestamp: Timestamp!
  visits: Int8! @aggregate(fn: "count", cumulative: true)
  now: Int8! @aggregate(fn: "count")
  sum: BigDecimal! @aggregate(fn: "sum", arg: "price * 2", cumulative: true)
  most: BigDecimal! @aggregate(fn: "max", arg: "greatest(price, 1)", cumulative: true)
  least: BigDecimal! @aggregate(fn: "min", arg: "price", cumulative: true)
  opened: BigDecimal! @aggregate(fn: "first", arg: "price", cumulative: true)
  closed: BigDecimal! @aggregate(fn: "last", arg: "price", cumulative: true)
  begun: BigDecimal! @aggregate(fn: "first", arg: "price")
}
`

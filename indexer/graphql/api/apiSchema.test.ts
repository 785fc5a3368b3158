import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printType } from 'graphql'
import { parseSchema } from '../../schema/parseSchema.ts'
import { ZOO_SCHEMA } from '../testing/zooSchema.ts'
import { ApiSchema } from './apiSchema.ts'

const api = new ApiSchema(parseSchema(ZOO_SCHEMA))

function sdl(name: string): string {
  const type = api.introspected.getType(name)
  assert.ok(type, name)
  return printType(type)
}

/** Names of an input type's fields that start with a prefix, without the prefix. */
function suffixes(type: string, field: string): string {
  const lines = sdl(type).split('\n')
  const own = lines.map((line) => /^ {2}(\w+): (.*)$/.exec(line)).filter((match) => match !== null)
  return own
    .filter(([, name]) => name === field || name.startsWith(`${field}_`))
    .map(([, name, value]) => `${name.slice(field.length)}:${value}`)
    .join(' ')
}

test('types keep their fields and descriptions, and collections get arguments', () => {
  assert.equal(
    sdl('Account'),
    `"""Somebody who keeps animals."""
type Account {
  id: Bytes!

  """What the account is called."""
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
  friends(skip: Int = 0, first: Int = 100, orderBy: Account_orderBy, orderDirection: OrderDirection, where: Account_filter): [Account!]!
  tokens(skip: Int = 0, first: Int = 100, orderBy: Token_orderBy, orderDirection: OrderDirection, where: Token_filter): [Token!]!
  profile: Profile
  pets(skip: Int = 0, first: Int = 100, orderBy: Pet_orderBy, orderDirection: OrderDirection, where: Pet_filter): [Pet!]!
  admirers(skip: Int = 0, first: Int = 100, orderBy: Account_orderBy, orderDirection: OrderDirection, where: Account_filter): [Account!]!
  takings(skip: Int = 0, first: Int = 100, interval: Aggregation_interval!, orderBy: Takings_orderBy, orderDirection: OrderDirection, current: Aggregation_current, where: Takings_filter): [Takings!]!
}`,
  )
  assert.match(sdl('Dog'), /^type Dog implements Pet \{/)
})

test('every type of field has the filters that fit it', () => {
  const ordered = (type: string) =>
    `:${type} _not:${type} _gt:${type} _lt:${type} _gte:${type} _lte:${type} _in:[${type}!] _not_in:[${type}!]`
  const text = `${ordered('String')} ${[
    'contains',
    'contains_nocase',
    'not_contains',
    'not_contains_nocase',
    'starts_with',
    'starts_with_nocase',
    'not_starts_with',
    'not_starts_with_nocase',
    'ends_with',
    'ends_with_nocase',
    'not_ends_with',
    'not_ends_with_nocase',
  ]
    .map((operator) => `_${operator}:String`)
    .join(' ')}`
  const bytes = `${ordered('Bytes')} _contains:Bytes _not_contains:Bytes`
  const list = (type: string) =>
    `:[${type}!] _not:[${type}!] _contains:[${type}!] _not_contains:[${type}!]`
  const filters: Readonly<Record<string, string>> = {
    id: bytes,
    name: text,
    color: ':Color _not:Color _in:[Color!] _not_in:[Color!]',
    age: ordered('Int'),
    big: ordered('BigInt'),
    dec: ordered('BigDecimal'),
    flag: ':Boolean _not:Boolean _in:[Boolean!] _not_in:[Boolean!]',
    at: ordered('Timestamp'),
    num: ordered('Int8'),
    data: bytes,
    tags:
      ':[String!] _not:[String!] _contains:[String!] _contains_nocase:[String!] ' +
      '_not_contains:[String!] _not_contains_nocase:[String!]',
    colors: list('Color'),
    amounts: list('BigInt'),
    parent: `${text} _:Account_filter`,
    // Ids of Bytes are written as strings, but know no case.
    friends: `${list('String')} _:Account_filter`,
    tokens: '_:Token_filter',
    profile: '_:Profile_filter',
  }
  for (const [field, expected] of Object.entries(filters)) {
    assert.equal(suffixes('Account_filter', field), expected, field)
  }
  assert.equal(suffixes('Token_filter', 'id'), ordered('ID'))
  assert.equal(
    suffixes('Home_filter', 'inhabitants'),
    ':[String!] _not:[String!] _contains:[String!] _contains_nocase:[String!] ' +
      '_not_contains:[String!] _not_contains_nocase:[String!] _:Pet_filter',
  )
  assert.equal(
    sdl('Takings_filter'),
    `input Takings_filter {
  id: Int8
  id_gt: Int8
  id_lt: Int8
  id_gte: Int8
  id_lte: Int8
  id_in: [Int8!]
  timestamp: Timestamp
  timestamp_gt: Timestamp
  timestamp_lt: Timestamp
  timestamp_gte: Timestamp
  timestamp_lte: Timestamp
  timestamp_in: [Timestamp!]
  keeper: String
  keeper_: Account_filter

  """Filter for the block changed event."""
  _change_block: BlockChangedFilter
  and: [Takings_filter]
  or: [Takings_filter]
}`,
  )
})

test('orders name every field, and the scalar fields behind single references', () => {
  assert.equal(
    sdl('Token_orderBy').replaceAll(/\s+/g, ' '),
    'enum Token_orderBy { id owner owner__id owner__name owner__color owner__age owner__big ' +
      'owner__dec owner__flag owner__at owner__num owner__data symbol amount }',
  )
  assert.equal(
    sdl('Home_orderBy').replaceAll(/\s+/g, ' '),
    'enum Home_orderBy { id favourite favourite__id favourite__name inhabitants }',
  )
  assert.match(sdl('Takings_orderBy'), /keeper__data\s+total\s+}$/)
})

test('the root type has fields for entities, interfaces, aggregations, searches and metadata', () => {
  const queryType = api.introspected.getQueryType()
  assert.ok(queryType)
  const fields = Object.values(queryType.getFields())
  assert.deepEqual(
    fields.map((field) => `${field.name}: ${field.type}`),
    [
      'account: Account',
      'accounts: [Account!]!',
      'token: Token',
      'tokens: [Token!]!',
      'profile: Profile',
      'profiles: [Profile!]!',
      'dog: Dog',
      'dogs: [Dog!]!',
      'cat: Cat',
      'cats: [Cat!]!',
      'home: Home',
      'homes: [Home!]!',
      'article: Article',
      'articles: [Article!]!',
      'visit: Visit',
      'visits: [Visit!]!',
      'pet: Pet',
      'pets: [Pet!]!',
      'takings_collection: [Takings!]!',
      'ledgers: [Ledger!]!',
      'articleSearch: [Article!]!',
      '_meta: _Meta_',
      '_logs: [_Log_!]!',
    ],
  )
  const args = (name: string) =>
    queryType
      .getFields()
      [name].args.map((arg) => `${arg.name}: ${arg.type}`)
      .join(', ')
  assert.equal(
    args('account'),
    'id: ID!, block: Block_height, subgraphError: _SubgraphErrorPolicy_!',
  )
  assert.equal(
    args('pets'),
    'skip: Int, first: Int, orderBy: Pet_orderBy, orderDirection: OrderDirection, ' +
      'where: Pet_filter, block: Block_height, subgraphError: _SubgraphErrorPolicy_!',
  )
  assert.equal(
    args('takings_collection'),
    'skip: Int, first: Int, interval: Aggregation_interval!, orderBy: Takings_orderBy, ' +
      'orderDirection: OrderDirection, current: Aggregation_current, where: Takings_filter, ' +
      'block: Block_height, subgraphError: _SubgraphErrorPolicy_!',
  )
  assert.equal(
    args('articleSearch'),
    'text: String!, first: Int, skip: Int, block: Block_height, where: Article_filter, ' +
      'subgraphError: _SubgraphErrorPolicy_!',
  )
})

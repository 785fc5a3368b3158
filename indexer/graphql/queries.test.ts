import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { QueryConfig } from 'pg'
import { parseSchema } from '../schema/parseSchema.ts'
import { ApiSchema } from './api/apiSchema.ts'
import { Catalog } from './catalog/catalog.ts'
import { prefetch } from './execute/prefetch.ts'
import { parseQuery } from './query/parseQuery.ts'
import { prepareQuery } from './query/prepareQuery.ts'
import { DEFAULT_LIMITS } from './query/queryLimits.ts'
import {
  ANN,
  BOB,
  block,
  blockHash,
  HEAD_BLOCK,
  startZoo,
  ZOO_ID,
  type Zoo,
} from './testing/zoo.ts'
import { ZOO_SCHEMA } from './testing/zooSchema.ts'

let zoo: Zoo

before(async () => {
  zoo = await startZoo()
})

after(() => zoo.stop())

async function answer(query: string, variables?: object): Promise<unknown> {
  const { data, errors } = await zoo.ask(query, variables)
  assert.equal(errors, undefined)
  return data
}

test('values of every type come out as graph-node writes them', async () => {
  const data = await answer(`{ account(id: "${ANN}") {
    id name color age big dec flag at num data tags colors amounts hashes
  } }`)
  assert.deepEqual(data, {
    account: {
      id: '0x0a',
      name: 'Anna',
      color: 'red',
      age: 30,
      big: '115792089237316195423570985008687907853269984665640564039457584007913129639935',
      dec: '-12.34',
      flag: true,
      at: '1700000000123456',
      num: '9007199254740993',
      data: '0xdeadbeef',
      tags: ['big', 'with space', '100%'],
      colors: ['red', 'BLUE'],
      amounts: ['1', '20', '300'],
      hashes: ['0x01', '0xff00'],
    },
  })
  const nothing = await answer(
    '{ account(id: "0x0c") { color age big at tags colors hashes parent { id } } }',
  )
  assert.deepEqual(nothing, {
    account: {
      color: null,
      age: null,
      big: null,
      at: null,
      tags: [],
      colors: null,
      hashes: null,
      parent: { id: ANN },
    },
  })
  assert.deepEqual(await answer('{ account(id: "0x99") { id } }'), { account: null })
})

test('collections are ordered by id unless asked otherwise', async () => {
  const names = async (args: string) => {
    const data = (await answer(`{ accounts(${args}, block: {number: 7}) { name } }`)) as {
      accounts: { name: string }[]
    }
    return data.accounts.map((account) => account.name).join(' ')
  }
  assert.equal(await names('first: 9'), 'Anna Bob cem_x Dot')
  assert.equal(await names('orderDirection: desc'), 'Anna Bob cem_x Dot', 'of no meaning alone')
  assert.equal(await names('orderBy: id, orderDirection: desc'), 'Dot cem_x Bob Anna')
  assert.equal(await names('orderBy: name'), 'Anna Bob Dot cem_x', 'by bytes, capitals first')
  // Missing values are last upwards and first downwards; ties follow the id the same way.
  assert.equal(await names('orderBy: age'), 'Anna Dot Bob cem_x')
  assert.equal(await names('orderBy: age, orderDirection: desc'), 'cem_x Bob Dot Anna')
  assert.equal(await names('orderBy: big'), 'Bob Dot Anna cem_x', 'as numbers')
  assert.equal(await names('orderBy: parent__name'), 'cem_x Anna Bob Dot')
  assert.equal(await names('orderBy: parent__name, orderDirection: desc'), 'Dot Bob Anna cem_x')
  assert.equal(await names('orderBy: profile__id'), 'Anna Bob cem_x Dot')
  assert.equal(await names('orderBy: age, first: 2'), 'Anna Dot')
  assert.equal(await names('orderBy: age, first: 2, skip: 1'), 'Dot Bob')
  assert.equal(await names('skip: 9'), '')
  assert.equal(await names('first: null, skip: null'), 'Anna Bob cem_x Dot')
})

test('an order can follow a reference to an interface', async () => {
  const data = await answer(`{
    up: homes(orderBy: favourite__name) { id }
    down: homes(orderBy: favourite__name, orderDirection: desc) { id }
    byOwner: pets(orderBy: owner__name, orderDirection: desc, first: 2) { id }
  }`)
  assert.deepEqual(data, {
    up: [{ id: 'h2' }, { id: 'h1' }, { id: 'h3' }],
    down: [{ id: 'h3' }, { id: 'h1' }, { id: 'h2' }],
    byOwner: [{ id: 'd2' }, { id: 'd1' }],
  })
})

test('a query can ask for any block that was indexed', async () => {
  const data = await answer(`{
    first: accounts(block: {number: 1}) { name tokens { id } }
    third: accounts(block: {number: 3}) { name tokens { id } parent { name } }
    byHash: account(id: "${ANN}", block: {hash: "${blockHash(4)}"}) { name }
    atLeast: account(id: "${ANN}", block: {number_gte: 4}) { name }
    dot: account(id: "0x0d", block: {number: 7}) { name }
    gone: account(id: "0x0d", block: {number: 8}) { name }
    none: account(id: "${ANN}", block: null) { name }
  }`)
  assert.deepEqual(data, {
    first: [{ name: 'Ann', tokens: [] }],
    third: [
      { name: 'Ann', tokens: [{ id: 't1' }, { id: 't2' }], parent: null },
      { name: 'Bob', tokens: [], parent: null },
      { name: 'cem_x', tokens: [], parent: { name: 'Ann' } },
      { name: 'Dot', tokens: [], parent: null },
    ],
    byHash: { name: 'Ann' },
    atLeast: { name: 'Anna' },
    dot: { name: 'Dot' },
    gone: null,
    none: { name: 'Anna' },
  })
})

test('nested lists are ordered, cut and skipped for each parent', async () => {
  const data = await answer(`{
    accounts(first: 2) {
      name
      richest: tokens(orderBy: amount, orderDirection: desc, first: 2) { id amount }
      others: tokens(first: 1, skip: 1) { id }
      admirers { name }
      friends(orderBy: name, orderDirection: desc) { name friends { name } }
    }
  }`)
  assert.deepEqual(data, {
    accounts: [
      {
        name: 'Anna',
        richest: [
          { id: 't3', amount: '10' },
          { id: 't1', amount: '10' },
        ],
        others: [{ id: 't2' }],
        admirers: [{ name: 'Bob' }],
        friends: [
          { name: 'cem_x', friends: [] },
          { name: 'Bob', friends: [{ name: 'Anna' }] },
        ],
      },
      {
        name: 'Bob',
        richest: [
          { id: 't5', amount: '2' },
          { id: 't4', amount: '1' },
        ],
        others: [{ id: 't5' }],
        admirers: [{ name: 'Anna' }],
        friends: [{ name: 'Anna', friends: [{ name: 'Bob' }, { name: 'cem_x' }] }],
      },
    ],
  })
})

test('a level is one statement, however many entities the one above it has', async () => {
  const model = parseSchema(ZOO_SCHEMA)
  const api = new ApiSchema(model)
  const catalog = new Catalog(model, 'sgd1')
  const document = parseQuery('{ tokens { owner { friends { name } pets { name } } } }')
  const selections = prepareQuery(api, document, new Map(), DEFAULT_LIMITS)
  const client = await zoo.pool.connect()
  const statements: string[] = []
  const values: unknown[][] = []
  const counting = Object.create(client, {
    query: {
      value: (statement: QueryConfig) => {
        statements.push(statement.text)
        values.push(statement.values ?? [])
        return client.query(statement)
      },
    },
  })
  const tokens = await prefetch(selections, {
    api,
    catalog,
    client: counting,
    at: { block: 10, isNewest: true, check: null },
    limits: DEFAULT_LIMITS,
  })
  client.release()
  assert.equal(tokens.get('tokens')?.length, 5)
  assert.equal(statements.length, 4, statements.join('\n'))
  const owners = values[1].find(Array.isArray)
  assert.deepEqual(owners, ['\\x0a', '\\x0b'], 'a child of many is asked for once')
})

test('interfaces are read from all implementers at once', async () => {
  const data = await answer(`{
    pets(orderBy: name, first: 3) { __typename id ... on Dog { barks } ... on Cat { lives } }
    pet(id: "c1") { id name }
    homes { favourite { __typename name } inhabitants(orderBy: name) { id ...dog } }
    account(id: "${ANN}") { pets(first: 2, skip: 1, orderBy: name) { name } }
  }
  fragment dog on Dog { owner { name } }`)
  assert.deepEqual(data, {
    pets: [
      { __typename: 'Dog', id: 'd2', barks: 1 },
      { __typename: 'Cat', id: 'c1', lives: '9' },
      { __typename: 'Dog', id: 'd1', barks: 3 },
    ],
    pet: { id: 'c1', name: 'Mia' },
    homes: [
      {
        favourite: { __typename: 'Cat', name: 'Mia' },
        inhabitants: [{ id: 'c1' }, { id: 'd1', owner: { name: 'Anna' } }, { id: 'c2' }],
      },
      { favourite: { __typename: 'Dog', name: 'Ace' }, inhabitants: [] },
      { favourite: null, inhabitants: [] },
    ],
    account: { pets: [{ name: 'Rex' }, { name: 'Tom' }] },
  })
})

test('aggregations come newest bucket first', async () => {
  const data = await answer(`{
    hours: takings_collection(interval: hour) { id timestamp total keeper { name } __typename }
    byTotal: takings_collection(interval: hour, orderBy: total) { total }
    days: takings_collection(interval: day, block: {number: 5}) { id }
  }`)
  assert.deepEqual(data, {
    hours: [
      {
        id: '13',
        timestamp: '1700002800000000',
        total: '3',
        keeper: { name: 'Bob' },
        __typename: 'Takings',
      },
      {
        id: '12',
        timestamp: '1700002800000000',
        total: '2',
        keeper: { name: 'Anna' },
        __typename: 'Takings',
      },
      {
        id: '11',
        timestamp: '1699999200000000',
        total: '1.5',
        keeper: { name: 'Anna' },
        __typename: 'Takings',
      },
    ],
    byTotal: [{ total: '1.5' }, { total: '2' }, { total: '3' }],
    days: [],
  })
})

test('aggregations are read from what they are grouped by, too', async () => {
  const data = await answer(`query($wanted: Wanted) {
    accounts(first: 2) {
      name
      takings(interval: hour, first: 1, current: exclude) { total }
      some: takings(interval: hour, where: {timestamp_lt: "1700002800000000"}) { id timestamp }
      days: takings(interval: day, orderBy: total) { total keeper { name } }
    }
  }`)
  assert.deepEqual(data, {
    accounts: [
      {
        name: 'Anna',
        takings: [{ total: '2' }],
        some: [{ id: '11', timestamp: '1699999200000000' }],
        days: [{ total: '3.5', keeper: { name: 'Anna' } }],
      },
      { name: 'Bob', takings: [{ total: '3' }], some: [], days: [] },
    ],
  })
})

test('a bucket that is still being filled is told to those who ask for it', async () => {
  const data = await answer(`{
    hours: takings_collection(interval: hour, current: include, first: 3) { id timestamp total keeper { name } }
    low: takings_collection(interval: hour, current: include, orderBy: total, first: 2, skip: 1) { total }
    ofBob: takings_collection(interval: hour, current: include, where: {keeper: "${BOB}"}) { total }
    before: takings_collection(interval: hour, current: include, block: {number: 7}) { id total }
    accounts(first: 2) { takings(interval: hour, current: include, first: 1) { total } }
    days: ledgers(interval: day, current: include) { id timestamp visits now sum most least opened closed begun }
    early: ledgers(interval: day, current: include, block: {number: 6}) { id visits now sum }
    without: ledgers(interval: day) { visits }
  }`)
  const bucket = '1700006400000000'
  assert.deepEqual(data, {
    hours: [
      { id: '5', timestamp: bucket, total: '10', keeper: { name: 'Anna' } },
      { id: '4', timestamp: bucket, total: '0.25', keeper: { name: 'Bob' } },
      { id: '13', timestamp: '1700002800000000', total: '3', keeper: { name: 'Bob' } },
    ],
    low: [{ total: '1.5' }, { total: '2' }],
    ofBob: [{ total: '0.25' }, { total: '3' }],
    before: [
      { id: '3', total: '7' },
      { id: '13', total: '3' },
      { id: '12', total: '2' },
      { id: '11', total: '1.5' },
    ],
    accounts: [
      { takings: [{ total: '10' }, { total: '2' }] },
      { takings: [{ total: '0.25' }, { total: '3' }] },
    ],
    days: [
      {
        id: '5',
        timestamp: '1700006400000000',
        ...{ visits: '5', now: '3', sum: '31.5', most: '7', least: '0.25' },
        ...{ opened: '4', closed: '3', begun: '7' },
      },
      {
        id: '2',
        timestamp: '1699920000000000',
        ...{ visits: '2', now: '1', sum: '11', most: '4', least: '1.5' },
        ...{ opened: '4', closed: '1.5', begun: '1.5' },
      },
      {
        id: '1',
        timestamp: '1699833600000000',
        ...{ visits: '1', now: '1', sum: '8', most: '4', least: '4' },
        ...{ opened: '4', closed: '4', begun: '4' },
      },
    ],
    early: [
      { id: '2', visits: '2', now: '1', sum: '11' },
      { id: '1', visits: '1', now: '1', sum: '8' },
    ],
    without: [{ visits: '2' }, { visits: '1' }],
  })
})

test('a text search ranks upwards and takes a filter', async () => {
  const data = await answer(`{
    articleSearch(text: "hands") { id }
    both: articleSearch(text: "hands & otters") { id }
    filtered: articleSearch(text: "hands", where: {title: "Hands"}, first: 1) { id }
  }`)
  assert.deepEqual(data, {
    articleSearch: [{ id: 'a1' }, { id: 'a2' }],
    both: [{ id: 'a1' }],
    filtered: [{ id: 'a2' }],
  })
})

test('_meta and __typename stand after the entities, introspection after those', async () => {
  const { data } = await zoo.ask(`{
    __type(name: "Color") { name enumValues { name } }
    name: __typename
    _meta { hasIndexingErrors deployment block { hash number timestamp parentHash __typename } __typename }
    tokens(first: 1) { symbol id }
  }`)
  assert.equal(
    JSON.stringify(data),
    JSON.stringify({
      tokens: [{ symbol: 'AAA', id: 't1' }],
      name: 'Query',
      _meta: {
        hasIndexingErrors: false,
        deployment: ZOO_ID,
        block: {
          hash: blockHash(HEAD_BLOCK),
          number: HEAD_BLOCK,
          timestamp: block(HEAD_BLOCK).timestamp,
          parentHash: blockHash(HEAD_BLOCK - 1),
          __typename: '_Block_',
        },
        __typename: '_Meta_',
      },
      __type: {
        name: 'Color',
        enumValues: [{ name: 'yellow' }, { name: 'red' }, { name: 'BLUE' }],
      },
    }),
  )
})

test('_meta knows hash and time unless the block is given by number', async () => {
  const data = await answer(`{
    byNumber: _meta(block: {number: 4}) { block { number hash timestamp parentHash } }
    byHash: _meta(block: {hash: "${blockHash(4)}"}) { block { number hash timestamp parentHash } }
  }`)
  assert.deepEqual(data, {
    byNumber: { block: { number: 4, hash: null, timestamp: null, parentHash: null } },
    byHash: {
      block: {
        number: 4,
        hash: blockHash(4),
        timestamp: block(4).timestamp,
        parentHash: blockHash(3),
      },
    },
  })
})

test('fragments, directives and aliases select what they say', async () => {
  const data = await answer(
    `query q($yes: Boolean!, $no: Boolean = false) {
      a: account(id: "${ANN}") { ...part ... @include(if: $no) { age } ... on Account @skip(if: $no) { num } }
      accounts(first: 1, where: {name: "Bob"}) { name @include(if: $yes) age @skip(if: $yes) ...part @skip(if: true) }
      first: tokens(first: 1) { id: symbol same: symbol symbol }
    }
    fragment part on Account { title: name parent { ...up } }
    fragment up on Account { name ...down }
    fragment down on Account { color }`,
    { yes: true },
  )
  assert.deepEqual(data, {
    a: { title: 'Anna', parent: { name: 'Bob', color: 'BLUE' }, num: '9007199254740993' },
    accounts: [{ name: 'Bob', title: 'Bob', parent: null }],
    first: [{ id: 'AAA', same: 'AAA', symbol: 'AAA' }],
  })
})

test('selections of one key are merged, and the first arguments count', async () => {
  const data = await answer(`{
    tokens(first: 1) { id }
    tokens(first: 2) { symbol owner { id } }
    ... { tokens { owner { name } } }
  }`)
  assert.deepEqual(data, {
    tokens: [{ id: 't1', symbol: 'AAA', owner: { id: ANN, name: 'Anna' } }],
  })
})

test('what graph-node overlooks is overlooked', async () => {
  // Unknown arguments, undeclared and unused variables, selections on scalars, objects without one.
  const data = await answer(
    `query($unused: Int) {
      tokens(first: 1, nonsense: 5, where: $undeclared) { id { x } owner symbol(a: 1) }
      token(id: "t1")
    }`,
    { other: 1 },
  )
  assert.deepEqual(data, { tokens: [{ id: 't1', symbol: 'AAA' }] })
  assert.deepEqual(await zoo.ask('{ tokens }'), {})
  assert.deepEqual(
    await answer('{ token(id: "t1") { a: owner { name } a: id b: id b: symbol } }'),
    {
      token: { a: { name: 'Anna' }, b: 't1' },
    },
  )
  assert.deepEqual(await answer(`{ account(id: "${BOB}") { name } }`), { account: { name: 'Bob' } })
  assert.deepEqual(await answer('{ token(id: 7) { id } }'), { token: null })
})

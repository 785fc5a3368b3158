import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startZoo, type Zoo } from './testing/zoo.ts'

let zoo: Zoo

before(async () => {
  zoo = await startZoo()
})

after(() => zoo.stop())

interface Page {
  readonly totalCount: number
  readonly nodes: readonly { readonly name: string }[]
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean }
}

async function page(args: string, after: string | null): Promise<Page> {
  const { data, errors } = await zoo.ask(
    `query($after: String) { _accountsPage(${args}, after: $after, block: {number: 7}) {
       totalCount nodes { name } pageInfo { endCursor hasNextPage } } }`,
    { after },
  )
  assert.equal(errors, undefined)
  return (data as { _accountsPage: Page })._accountsPage
}

/** Goes from page to page to the end. */
async function walk(args: string): Promise<{ names: string; pages: number; totals: number[] }> {
  const names: string[] = []
  const totals = new Set<number>()
  let pages = 0
  for (let after: string | null = null; ; ) {
    const { nodes, totalCount, pageInfo } = await page(args, after)
    pages += 1
    names.push(...nodes.map((node) => node.name))
    totals.add(totalCount)
    if (!pageInfo.hasNextPage) return { names: names.join(' '), pages, totals: [...totals] }
    assert.ok(pageInfo.endCursor)
    after = pageInfo.endCursor
  }
}

async function collection(args: string): Promise<string> {
  const { data } = await zoo.ask(`{ accounts(${args}, block: {number: 7}) { name } }`)
  return (data as { accounts: { name: string }[] }).accounts.map(({ name }) => name).join(' ')
}

test('pages, one after the other, hold what the collection holds in its order', async () => {
  const orders = ['id', 'name', 'age', 'big', 'dec', 'flag', 'at', 'num', 'data']
  for (const orderBy of orders) {
    for (const direction of ['asc', 'desc']) {
      const args = `orderBy: ${orderBy}, orderDirection: ${direction}`
      const names = await collection(`first: 9, ${args}`)
      for (const first of [1, 3]) {
        const pages = Math.ceil(4 / first)
        assert.deepEqual(
          await walk(`first: ${first}, ${args}`),
          { names, pages, totals: [4] },
          `${first} ${args}`,
        )
      }
    }
  }
})

test('a page counts what the filter lets through, and may leave the rest out', async () => {
  assert.deepEqual(await walk('first: 1, where: {age: 30}'), {
    names: 'Anna Dot',
    pages: 2,
    totals: [2],
  })
  const { data } = await zoo.ask(`{
    tokens(first: 1) { id }
    all: _tokensPage { totalCount }
    early: _tokensPage(block: {number: 3}) { totalCount }
    some: _tokensPage(where: {or: [{symbol: "AAA"}, {owner_: {name: "Bob"}}]}) { totalCount __typename }
    pets: _petsPage(first: 2, orderBy: name) {
      totalCount nodes { __typename name owner { name } ... on Cat { lives } }
    }
    none: _tokensPage(where: {id: "gone"}) { totalCount nodes { id } pageInfo { endCursor hasNextPage } }
  }`)
  assert.deepEqual(data, {
    tokens: [{ id: 't1' }],
    all: { totalCount: 5 },
    early: { totalCount: 2 },
    some: { totalCount: 3, __typename: '_TokenPage_' },
    pets: {
      totalCount: 4,
      nodes: [
        { __typename: 'Dog', name: 'Ace', owner: { name: 'Bob' } },
        { __typename: 'Cat', name: 'Mia', owner: { name: 'Anna' }, lives: '9' },
      ],
    },
    none: { totalCount: 0, nodes: [], pageInfo: { endCursor: null, hasNextPage: false } },
  })
})

test('a cursor that is none, or of another order, is refused', async () => {
  const { pageInfo } = await page('first: 1, orderBy: name', null)
  const refusals: Readonly<Record<string, RegExp>> = {
    '{ _accountsPage(after: "x") { nodes { id } } }': /`x` is no cursor/,
    [`{ _accountsPage(after: "${pageInfo.endCursor}", orderBy: age) { nodes { id } } }`]:
      /belongs to pages ordered by `name` \(asc\), but these are ordered by `age` \(asc\)/,
    '{ _accountsPage(orderBy: parent__name) { nodes { id } } }': /only be ordered by fields of/,
    '{ _accountsPage(first: 0) { nodes { id } } }': /`first` argument must be between/,
    '{ _accountsPage { nodes { nope } } }': /Type `Account` has no field `nope`/,
  }
  for (const [query, message] of Object.entries(refusals)) {
    const { data, errors } = await zoo.ask(query)
    assert.equal(data, undefined, query)
    assert.match(JSON.stringify(errors), message, query)
  }
  const { errors } = await zoo.ask(
    `{ _accountsPage(first: 1000) { nodes { ${'friends(first: 1000) { '.repeat(7)} id ${'} '.repeat(8)} } }`,
  )
  assert.match(JSON.stringify(errors), /query potentially returns `18446744073709551615`/)
})

test('_meta tells how far the chain is settled', async () => {
  const query = '{ _meta { finality { safe finalized __typename } block { number } } }'
  zoo.scene.finality = { safe: 9, finalized: 6 }
  assert.deepEqual(await zoo.ask(query), {
    data: {
      _meta: {
        finality: { safe: 9, finalized: 6, __typename: '_Finality_' },
        block: { number: 10 },
      },
    },
  })
  zoo.scene.finality = null
  assert.deepEqual(await zoo.ask(query), {
    data: { _meta: { finality: null, block: { number: 10 } } },
  })
})

test('introspection shows graph-node’s API, and the schema file all of it', async () => {
  const { data } = await zoo.ask('{ __schema { types { name fields { name } } } }')
  assert.doesNotMatch(JSON.stringify(data), /Page|_Finality_|finality/)
  const response = await fetch(`${zoo.server.url}/subgraphs/name/tests/zoo/schema.graphql`)
  const sdl = await response.text()
  assert.match(sdl, /_accountsPage\(/)
  assert.match(sdl, /finality: _Finality_/)
  assert.match(sdl, /^type Account \{/m)
  const none = await fetch(`${zoo.server.url}/subgraphs/name/no/schema.graphql`)
  assert.deepEqual(await none.json(), { message: 'Not found' })
})

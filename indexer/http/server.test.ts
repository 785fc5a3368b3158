import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { blockHash, startZoo, ZOO_ID, ZOO_NAME, type Zoo } from '../graphql/testing/zoo.ts'

let zoo: Zoo

before(async () => {
  zoo = await startZoo()
})

after(() => zoo.stop())

function post(path: string, body: string, headers?: Record<string, string>): Promise<Response> {
  const all = { 'content-type': 'application/json', ...headers }
  return fetch(zoo.server.url + path, { method: 'POST', headers: all, body })
}

const QUERY = JSON.stringify({ query: '{ tokens(first: 1) { id } }' })

test('a subgraph answers under its name and its id', async () => {
  for (const path of [
    `/subgraphs/name/${ZOO_NAME}`,
    `/subgraphs/name/${ZOO_NAME}/`,
    `/subgraphs/id/${ZOO_ID}`,
  ]) {
    const response = await post(path, QUERY)
    assert.equal(response.status, 200, path)
    assert.equal(response.headers.get('content-type'), 'application/json')
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
    assert.equal(response.headers.get('graph-attestable'), 'true')
    assert.deepEqual(JSON.parse(response.headers.get('graph-indexed') as string), {
      hash: blockHash(10),
      number: 10,
      timestamp: 1_700_000_020,
    })
    assert.deepEqual(await response.json(), { data: { tokens: [{ id: 't1' }] } })
  }
})

test('a subgraph that is not there is an error in the body', async () => {
  const response = await post('/subgraphs/name/no/such', QUERY)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('graph-attestable'), 'false')
  assert.deepEqual(await response.json(), {
    errors: [{ message: 'deployment `no/such` does not exist' }],
  })
})

test('a malformed body is refused with status 400 and the reason', async () => {
  const path = `/subgraphs/name/${ZOO_NAME}`
  const cases: Readonly<Record<string, RegExp>> = {
    '{': /^GraphQL server error \(client error\): the body is not JSON/,
    '[]': /Request data is not an object$/,
    '7': /Request data is not an object$/,
    '{}': /The "query" field is missing in request data$/,
    '{"query":1}': /The "query" field is not a string$/,
    '{"query":"{ tokens { id } }","variables":[]}': /Invalid query variables provided$/,
    '{"query":"{ tokens { id } }","variables":5}': /Invalid query variables provided$/,
  }
  for (const [body, reason] of Object.entries(cases)) {
    const response = await post(path, body)
    assert.equal(response.status, 400, body)
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
    assert.match(((await response.json()) as { error: string }).error, reason)
  }
  const empty = await post(path, '')
  assert.deepEqual([empty.status, await empty.json()], [400, { error: 'Body is required' }])
})

test('browsers may ask from anywhere, and find a page to type queries into', async () => {
  const url = `${zoo.server.url}/subgraphs/name/${ZOO_NAME}`
  const options = await fetch(url, { method: 'OPTIONS' })
  assert.equal(options.status, 200)
  assert.equal(options.headers.get('access-control-allow-methods'), 'GET, OPTIONS, POST')
  assert.equal(options.headers.get('access-control-allow-headers'), 'Content-Type, User-Agent')
  const redirect = await fetch(url, { redirect: 'manual' })
  assert.equal(redirect.status, 302)
  assert.equal(redirect.headers.get('location'), `/subgraphs/name/${ZOO_NAME}/graphql`)
  const page = await fetch(url)
  assert.match(page.headers.get('content-type') as string, /text\/html/)
  assert.match(await page.text(), /<textarea/)
})

test('other routes are answered like graph-node answers them', async () => {
  const index = (await (await fetch(`${zoo.server.url}/`)).json()) as { message: string }
  assert.match(index.message, /\/subgraphs\/name\/<NAME>/)
  const lost = await fetch(`${zoo.server.url}/nowhere`)
  assert.deepEqual([lost.status, await lost.json()], [200, { message: 'Not found' }])
  const health = await fetch(`${zoo.server.url}/health`)
  assert.deepEqual([health.status, await health.json()], [200, { ok: true }])
})

test('the status route tells how far subgraphs are', async () => {
  const query = `query($ids: [String!]) { indexingStatuses(subgraphs: $ids) {
    subgraph synced health fatalError { message } nonFatalErrors { message } entityCount paused
    chains { network chainHeadBlock { number hash } latestBlock { number hash } earliestBlock { number }
             ... on EthereumIndexingStatus { lastHealthyBlock { number } } }
  } }`
  const ask = async (ids?: string[]) => {
    const response = await post('/graphql', JSON.stringify({ query, variables: { ids } }))
    return response.json()
  }
  assert.deepEqual(await ask([ZOO_ID]), {
    data: {
      indexingStatuses: [
        {
          subgraph: ZOO_ID,
          synced: true,
          health: 'healthy',
          fatalError: null,
          nonFatalErrors: [],
          entityCount: '21',
          paused: false,
          chains: [
            {
              network: 'optimism',
              chainHeadBlock: { number: '12', hash: blockHash(12).slice(2) },
              latestBlock: { number: '10', hash: blockHash(10).slice(2) },
              earliestBlock: { number: '1' },
              lastHealthyBlock: null,
            },
          ],
        },
      ],
    },
  })
  assert.deepEqual(await ask(['QmOther']), { data: { indexingStatuses: [] } })
  zoo.scene.status = {
    ...zoo.scene.status,
    health: 'failed',
    fatalError: {
      message: 'it broke',
      block: { number: 10, hash: blockHash(10) },
      handler: 'handleTransfer',
      deterministic: true,
    },
  }
  const named = `{ indexingStatusForCurrentVersion(subgraphName: "${ZOO_NAME}") {
    health fatalError { message handler deterministic block { number hash } }
  } }`
  const response = await post('/graphql', JSON.stringify({ query: named }))
  assert.deepEqual(await response.json(), {
    data: {
      indexingStatusForCurrentVersion: {
        health: 'failed',
        fatalError: {
          message: 'it broke',
          handler: 'handleTransfer',
          deterministic: true,
          block: { number: '10', hash: blockHash(10).slice(2) },
        },
      },
    },
  })
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { block, blockHash, startZoo, ZOO_ID, ZOO_NAME, type Zoo } from '../graphql/testing/zoo.ts'

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
    [`{"query":"","variables":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`]:
      /the body is nested too deeply$/,
  }
  for (const [body, reason] of Object.entries(cases)) {
    const response = await post(path, body)
    assert.equal(response.status, 400, body)
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
    assert.match(((await response.json()) as { error: string }).error, reason)
  }
  const empty = await post(path, '')
  assert.deepEqual([empty.status, await empty.json()], [400, { error: 'Body is required' }])
  const large = await post(path, 'x'.repeat(17 * 1024 * 1024))
  assert.deepEqual(
    [large.status, await large.json()],
    [413, { error: 'GraphQL server error (client error): Request body is too large' }],
  )
})

test('what cannot be called so, or asks for another version, is refused with status 400', async () => {
  const cases: Readonly<Record<string, string>> = {
    '/subgraphs/name/a//b/graphql': 'Invalid subgraph name `a/b/graphql`',
    '/subgraphs/name/-a': 'Invalid subgraph name `-a`',
    '/subgraphs/id/Qm-1': 'Invalid subgraph id `Qm-1`',
    [`/subgraphs/id/${ZOO_ID}/more`]: `Invalid subgraph id \`${ZOO_ID}/more\``,
    [`/subgraphs/id/${ZOO_ID}?api-version=2.0.0`]: 'Could not resolve the version',
  }
  for (const [path, reason] of Object.entries(cases)) {
    const response = await post(path, QUERY)
    const expected = { error: `GraphQL server error (client error): ${reason}` }
    assert.deepEqual([response.status, await response.json()], [400, expected], path)
  }
  const known = await post(`/subgraphs/id/${ZOO_ID}?api-version=%5E1.0.0`, QUERY)
  assert.deepEqual(await known.json(), { data: { tokens: [{ id: 't1' }] } })
  const mutation = await fetch(`${zoo.server.url}/subgraphs/name/x?query=%20Mutation{a}`)
  assert.equal(mutation.status, 400)
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

/** Reads server-sent events until so many have come. */
async function events(response: Response, count: number): Promise<{ id: string; data: unknown }[]> {
  const found: { id: string; data: unknown }[] = []
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    const parts = text.split('\n\n')
    text = parts.pop() as string
    for (const part of parts) {
      const id = /^id: (.*)$/m.exec(part)?.[1] ?? ''
      const data = /^data: (.*)$/m.exec(part)?.[1]
      if (data !== undefined) found.push({ id, data: JSON.parse(data) })
    }
    if (found.length >= count) return found
  }
  return found
}

test('a query asked for as an event stream is answered again when a block changes its answer', async () => {
  const query = '{ accounts(where: {name: "Live"}, subgraphError: allow) { id name } }'
  const variables = '{"unused":1}'
  const headers = { accept: 'text/event-stream', 'content-type': 'application/json' }
  const path = `${zoo.server.url}/subgraphs/name/${ZOO_NAME}`
  const aborts = [new AbortController(), new AbortController()]
  const streams = [
    await fetch(path, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
      signal: aborts[0].signal,
    }),
    await fetch(`${path}?${new URLSearchParams({ query, variables })}`, {
      headers,
      signal: aborts[1].signal,
    }),
  ]
  const reading = streams.map((stream) => {
    assert.match(stream.headers.get('content-type') as string, /^text\/event-stream/)
    return events(stream, 2)
  })
  await new Promise((resolve) => setTimeout(resolve, 300))
  const metrics = await (await fetch(`${zoo.server.url}/metrics`)).text()
  assert.match(metrics, /^live_queries 2$/m)
  // A block without anything for the query, and one with.
  zoo.scene.head = block(11)
  await new Promise((resolve) => setTimeout(resolve, 300))
  await zoo.pool.query(
    `with newest as (update sgd1.newest set hash = '\\x${blockHash(12).slice(2)}')
     insert into sgd1.account (vid, block_range, id, name, tags, friends)
     values (300, '[12,)', '\\x30', 'Live', '{}', '{}')`,
  )
  zoo.scene.head = block(12)
  for (const stream of await Promise.all(reading)) {
    assert.deepEqual(stream, [
      { id: `10-${blockHash(10)}`, data: { data: { accounts: [] } } },
      { id: `12-${blockHash(12)}`, data: { data: { accounts: [{ id: '0x30', name: 'Live' }] } } },
    ])
  }
  for (const abort of aborts) abort.abort()
  await zoo.pool.query('delete from sgd1.account where vid = 300')
  zoo.scene.head = block(10)
  for (const bad of [
    await fetch(path, { method: 'POST', headers, body: '{}' }),
    await fetch(`${path}?variables={}`, { headers }),
  ]) {
    assert.equal(bad.status, 400)
    assert.match(await bad.text(), /The \\"query\\" field is missing/)
  }
})

test('Prometheus finds how far deployments are, and how queries went', async () => {
  await post(`/subgraphs/name/${ZOO_NAME}`, '{"query":"{ nothing }"}')
  const response = await fetch(`${zoo.server.url}/metrics`)
  assert.match(response.headers.get('content-type') as string, /^text\/plain; version=0\.0\.4/)
  const lines = (await response.text()).split('\n')
  const labels = `{deployment="${ZOO_ID}",network="optimism"}`
  for (const line of [
    '# TYPE deployment_head gauge',
    'ethereum_chain_head_number{network="optimism"} 12',
    `deployment_head${labels} 10`,
    `deployment_failed${labels} 0`,
    `deployment_synced${labels} 1`,
    '# TYPE query_execution_time histogram',
  ]) {
    assert.ok(lines.includes(line), line)
  }
  const value = (start: string) => {
    const line = lines.find((known) => known.startsWith(start))
    assert.ok(line, start)
    return Number(line.slice(line.lastIndexOf(' ') + 1))
  }
  const own = `deployment="${ZOO_ID}"`
  assert.equal(value(`query_failures_total{${own}}`), 1)
  const count = value(`query_execution_time_count{${own}}`)
  assert.ok(count > 1)
  assert.equal(value(`query_execution_time_bucket{${own},le="+Inf"}`), count)
  assert.ok(value('process_resident_memory_bytes') > 1e7)
})

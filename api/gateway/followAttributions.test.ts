import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { after, afterEach, before, describe, it } from 'node:test'
import type { AttributeResult } from '@tributary/protocol/messages/attributeJob'
import { eventually } from '../testing/eventually.ts'
import { freePort } from '../testing/freePort.ts'
import { type Neighbour, serve } from '../testing/serve.ts'
import { startDatabase } from '../testing/startDatabase.ts'
import { followAttributions } from './followAttributions.ts'

interface Event {
  seq: number
  key: string
  type: string
  data: unknown
}

describe('following attributions', () => {
  let postgres: Awaited<ReturnType<typeof startDatabase>>
  let port: number
  const stops: (() => Promise<unknown>)[] = []
  const events: Event[] = []
  const open = new Set<ServerResponse>()
  const askedAfter: string[] = []
  const handled: string[] = []
  let failures = 0

  before(async () => {
    postgres = await startDatabase()
    port = await freePort()
  })
  after(() => postgres.stop())
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
    await postgres.database.deleteFrom('cursor').execute()
    events.length = 0
    askedAfter.length = 0
    handled.length = 0
    failures = 0
    open.clear()
  })

  const send = (response: ServerResponse, event: Event) =>
    response.write(`id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  const happen = (...more: Event[]) => {
    events.push(...more)
    for (const response of open) for (const event of more) send(response, event)
  }
  const startJobs = async (): Promise<Neighbour> => {
    const server = await serve((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://jobs')
      assert.equal(searchParams.get('queue'), 'attribute')
      const from = searchParams.get('after') ?? ''
      askedAfter.push(from)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(': hello\n\n')
      for (const event of events) if (event.seq > Number(from)) send(response, event)
      open.add(response)
      response.on('close', () => open.delete(response))
    }, port)
    stops.push(() => server.stop())
    return server
  }
  const follow = () => {
    const handle = (what: string) => {
      if (failures-- > 0) throw new Error('the chain is away')
      handled.push(what)
    }
    const following = followAttributions({
      database: postgres.database,
      jobsUrl: `http://127.0.0.1:${port}`,
      completed: async (key, result) => handle(`${key} completed with ${result.rhoPpm}`),
      failed: async (key, error) => handle(`${key} failed: ${error}`),
      warn: () => {},
    })
    stops.push(() => following.stop())
    return following
  }
  const completed = (seq: number, key: string): Event => ({
    seq,
    key,
    type: 'completed',
    data: { result: { rhoPpm: seq } as AttributeResult },
  })
  const cursorAt = (seq: number) =>
    eventually(async () => {
      const row = await postgres.database.selectFrom('cursor').selectAll().executeTakeFirst()
      return row?.seq === `${seq}` ? seq : undefined
    }, `the cursor at ${seq}`)

  it('deals with what ended, passes over the rest, and remembers how far it came', async () => {
    await startJobs()
    events.push({ seq: 1, key: 'a', type: 'queued', data: {} }, completed(2, 'a'))
    follow()
    await cursorAt(2)
    happen(
      { seq: 3, key: 'b', type: 'progress', data: { step: 1 } },
      { seq: 4, key: 'b', type: 'failed', data: { error: 'no evidence' } },
      { seq: 5, key: 'c', type: 'failed', data: null },
    )
    await cursorAt(5)
    assert.deepEqual(handled, [
      'a completed with 2',
      'b failed: no evidence',
      'c failed: it failed without a reason',
    ])
  })

  it('goes on from there after a restart, without doing anything twice', async () => {
    await startJobs()
    events.push(completed(1, 'a'), completed(2, 'b'))
    const first = follow()
    await cursorAt(2)
    await first.stop()
    happen(completed(3, 'c'))
    follow()
    await cursorAt(3)
    assert.deepEqual(askedAfter, ['0', '2'])
    assert.deepEqual(handled, ['a completed with 1', 'b completed with 2', 'c completed with 3'])
  })

  it('tries an event again whose consequences could not be kept', async () => {
    await startJobs()
    failures = 2
    events.push(completed(1, 'a'), completed(2, 'b'))
    follow()
    await cursorAt(2)
    assert.deepEqual(handled, ['a completed with 1', 'b completed with 2'])
    assert.deepEqual(askedAfter, ['0', '0', '0'])
  })

  it('comes back when the job server was away', async () => {
    const following = follow()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const server = await startJobs()
    events.push(completed(1, 'a'))
    await cursorAt(1)
    await server.stop()
    events.push(completed(2, 'b'))
    await startJobs()
    await cursorAt(2)
    assert.equal(handled.length, 2)
    const started = Date.now()
    await following.stop()
    assert.ok(Date.now() - started < 1000, 'stopping cuts an open stream')
  })

  it('stops at once while the job server is away', async () => {
    const following = follow()
    // By now the wait for the third attempt has begun, 1000 ms of it.
    await new Promise((resolve) => setTimeout(resolve, 600))
    const started = Date.now()
    await following.stop()
    assert.ok(Date.now() - started < 600)
  })
})

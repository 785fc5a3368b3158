import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import type { Kysely } from 'kysely'
import type { AppDatabase } from '../database/schema.ts'
import { eventually } from '../testing/eventually.ts'
import { freePort } from '../testing/freePort.ts'
import { type Neighbour, sendJson, serve } from '../testing/serve.ts'
import { startDatabase } from '../testing/startDatabase.ts'
import { relayOutbox } from './relayOutbox.ts'

describe('the outbox', () => {
  let postgres: Awaited<ReturnType<typeof startDatabase>>
  let database: Kysely<AppDatabase>
  const stops: (() => Promise<unknown>)[] = []
  let port: number

  /** A job server that takes a (queue, key) once; `spoil` may answer in its place. */
  const jobs = new Map<string, { jobId: string; spec: unknown }>()
  const asked: string[] = []
  let spoil: 'nothing' | 'error' | 'lost answer' | 'no JSON' = 'nothing'
  const startJobs = async (): Promise<Neighbour> => {
    const server = await serve((_request, response, body) => {
      const { queue, key, spec } = JSON.parse(body.toString())
      asked.push(key)
      if (spoil === 'error') return sendJson(response, { error: { code: 'starting' } }, 503)
      if (spoil === 'no JSON') return void response.writeHead(502).end('<html>')
      const id = `${queue}/${key}`
      if (!jobs.has(id)) jobs.set(id, { jobId: `job-${jobs.size + 1}`, spec })
      if (spoil === 'lost answer') return void response.destroy()
      sendJson(response, { jobId: jobs.get(id)?.jobId })
    }, port)
    stops.push(() => server.stop())
    return server
  }
  const startRelay = () => {
    const relay = relayOutbox({ database, jobsUrl: `http://127.0.0.1:${port}`, warn: () => {} })
    stops.push(() => relay.stop())
    return relay
  }
  const put = (...keys: string[]) =>
    database
      .insertInto('outbox')
      .values(
        keys.map((key) => ({ queue: 'attribute', key, spec: `{"of":"${key}"}`, job_id: null })),
      )
      .execute()
  const allTaken = () =>
    eventually(async () => {
      const rows = await database.selectFrom('outbox').selectAll().orderBy('outbox_id').execute()
      return rows.every(({ job_id }) => job_id !== null) ? rows : undefined
    }, 'an empty outbox')

  before(async () => {
    postgres = await startDatabase()
    database = postgres.database
    port = await freePort()
  })
  after(() => postgres.stop())
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
    await database.deleteFrom('outbox').execute()
    jobs.clear()
    asked.length = 0
    spoil = 'nothing'
  })
  it('hands messages over in their order, those that come later at once', async () => {
    await startJobs()
    await put('a', 'b', 'c')
    const relay = startRelay()
    await allTaken()
    assert.deepEqual(asked, ['a', 'b', 'c'])
    const started = Date.now()
    await put('d')
    relay.wake()
    const rows = await allTaken()
    assert.ok(Date.now() - started < 900, 'it was woken, it did not look again by itself')
    assert.deepEqual(
      rows.map(({ key, job_id }) => [key, job_id]),
      ['a', 'b', 'c', 'd'].map((key, at) => [key, `job-${at + 1}`]),
    )
    assert.deepEqual(jobs.get('attribute/d')?.spec, { of: 'd' })
  })

  it('goes on when the server comes back, and across a restart of its own', async () => {
    await put('a')
    const first = startRelay()
    // By now the wait for the third attempt has begun, 800 ms of it.
    await new Promise((resolve) => setTimeout(resolve, 500))
    const started = Date.now()
    await first.stop()
    assert.ok(Date.now() - started < 500, 'stopping does not wait for the next attempt')
    startRelay()
    const server = await startJobs()
    await allTaken()
    await server.stop()
    await put('b')
    await new Promise((resolve) => setTimeout(resolve, 100))
    await startJobs()
    const rows = await allTaken()
    assert.deepEqual(
      rows.map(({ key }) => key),
      ['a', 'b'],
    )
  })

  for (const trouble of ['error', 'lost answer', 'no JSON'] as const) {
    it(`sends a message again after: ${trouble}`, async () => {
      spoil = trouble
      await startJobs()
      await put('a', 'b')
      startRelay()
      await eventually(() => asked[0], 'the first attempt')
      spoil = 'nothing'
      const rows = await allTaken()
      // The server knew the first message after a lost answer: one job came of it all the same.
      assert.equal(jobs.size, 2)
      assert.deepEqual(
        rows.map(({ job_id }) => job_id),
        ['job-1', 'job-2'],
      )
      assert.deepEqual(asked, ['a', 'a', 'b'])
    })
  }
})

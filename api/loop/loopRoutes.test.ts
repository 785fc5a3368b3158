import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import fastify, { type FastifyInstance } from 'fastify'
import { serverSentData } from '../gateway/engineStream.ts'
import { GatewayError } from '../gateway/errors.ts'
import { startDatabase } from '../testing/startDatabase.ts'
import { loopRoutes } from './loopRoutes.ts'

interface Seen {
  seq: number
  step: string
  status: string
  data: unknown
}

describe('the loop’s events', () => {
  let postgres: Awaited<ReturnType<typeof startDatabase>>
  let server: FastifyInstance
  let url: string
  let isReady = true

  before(async () => {
    postgres = await startDatabase()
    server = fastify({ forceCloseConnections: true })
    loopRoutes(
      server,
      () => {
        if (!isReady) throw new GatewayError(503, 'starting', 'not yet')
        return postgres.database
      },
      (address) => address === '127.0.0.1',
    )
    server.setErrorHandler((error, _request, reply) =>
      reply.code(error instanceof GatewayError ? error.status : 500).send({}),
    )
    url = await server.listen({ host: '127.0.0.1', port: 0 })
  })
  after(async () => {
    await server.close()
    await postgres.stop()
  })
  beforeEach(async () => {
    await postgres.database.deleteFrom('loop_event').execute()
  })

  const report = async (body: unknown) => {
    const response = await fetch(`${url}/v1/loop/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, ...((await response.json()) as { seq: number }) }
  }
  const loop = async () => {
    const response = await fetch(`${url}/v1/loop`)
    return ((await response.json()) as { events: Seen[] }).events
  }
  /** Reads `count` events of a stream and leaves. */
  const follow = async (query: string, count: number, during: () => Promise<unknown>) => {
    const leaving = new AbortController()
    const response = await fetch(`${url}/v1/loop/stream${query}`, { signal: leaving.signal })
    assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
    await during()
    const seen: Seen[] = []
    for await (const data of serverSentData(response.body as ReadableStream<Uint8Array>)) {
      seen.push(JSON.parse(data))
      if (seen.length === count) break
    }
    leaving.abort()
    return seen.map(({ step, status }) => `${step} ${status}`)
  }

  it('show the newest of each step, in the order in which they came', async () => {
    await report({ step: 'deploy', status: 'running' })
    await report({ step: 'deploy', status: 'done', data: { contracts: 9 } })
    await report({ step: 'contribute', status: 'running' })
    const events = await loop()
    assert.deepEqual(
      events.map(({ step, status, data }) => [step, status, data]),
      [
        ['deploy', 'done', { contracts: 9 }],
        ['contribute', 'running', {}],
      ],
    )
  })

  it('reach a reader once each, those before him and those after', async () => {
    await report({ step: 'deploy', status: 'done' })
    const { seq } = await report({ step: 'contribute', status: 'running' })
    const happen = async () => {
      await report({ step: 'contribute', status: 'done' })
      await report({ step: 'train', status: 'running' })
    }
    assert.deepEqual(await follow('', 4, happen), [
      'deploy done',
      'contribute running',
      'contribute done',
      'train running',
    ])
    assert.deepEqual(
      await follow(`?after=${seq}`, 3, () => report({ step: 'end', status: 'done' })),
      ['contribute done', 'train running', 'end done'],
    )
  })

  it('miss nobody who comes while many happen', async () => {
    const steps = Array.from({ length: 20 }, (_, at) => `step-${at}`)
    const reports = (async () => {
      for (const step of steps) await report({ step, status: 'running' })
    })()
    const readers = await Promise.all(
      [0, 5, 10, 15].map(async (wait) => {
        await new Promise((resolve) => setTimeout(resolve, wait))
        return follow('', steps.length, async () => {})
      }),
    )
    await reports
    for (const seen of readers)
      assert.deepEqual(
        seen,
        steps.map((step) => `${step} running`),
      )
  })

  it('are taken from this machine only, and only in their form', async () => {
    const foreign = await server.inject({
      method: 'POST',
      url: '/v1/loop/events',
      remoteAddress: '192.0.2.1',
      payload: { step: 'deploy', status: 'done' },
    })
    assert.equal(foreign.statusCode, 403)
    for (const body of [
      {},
      { step: 'deploy' },
      { step: 3, status: 'done' },
      [],
      null,
      { step: 'a', status: 'over' },
    ]) {
      assert.equal((await report(body)).status, 400, JSON.stringify(body))
    }
    const empty = await fetch(`${url}/v1/loop/events`, { method: 'POST' })
    assert.equal(empty.status, 400)
    assert.deepEqual(await loop(), [])
    assert.equal((await fetch(`${url}/v1/loop/stream?after=x`)).status, 400)
  })

  it('cannot be followed before the database is there, and say so', async () => {
    isReady = false
    try {
      assert.equal((await fetch(`${url}/v1/loop/stream`)).status, 503)
      assert.equal((await fetch(`${url}/v1/loop`)).status, 503)
    } finally {
      isReady = true
    }
  })
})

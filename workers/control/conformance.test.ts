import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Wallet } from 'ethers'
import { JobsError, LeaseLost } from '../jobs/errors.ts'
import type { JobEvent } from '../jobs/jobsClient.ts'
import { createJobsClient } from '../jobs/jobsClient.ts'
import { resultDigest } from '../jobs/resultDigest.ts'
import { sleep } from '../process/sleep.ts'
import { freePort, startPostgres } from '../testing/startPostgres.ts'
import { openControl } from './openControl.ts'
import type { QueueRules } from './queues.ts'
import { createServer } from './server.ts'

// Everything here goes through HTTP, so that it holds for whatever stands behind the verbs.

const RULES: Record<string, QueueRules> = {
  train: { leaseSeconds: 60, maxAttempts: null },
  attribute: { leaseSeconds: 60, maxAttempts: null },
  quick: { leaseSeconds: 1, maxAttempts: 2 },
  receipt: { leaseSeconds: null, maxAttempts: null },
}
const KEY = `0x${'11'.repeat(32)}`

let postgres: Awaited<ReturnType<typeof startPostgres>>
let service: Awaited<ReturnType<typeof startService>>
let port: number

async function startService() {
  const stopping = new AbortController()
  const control = await openControl(new URL('/jobs', postgres.url).href, RULES)
  const app = createServer(() => control, stopping.signal)
  await app.listen({ host: '127.0.0.1', port })
  return async () => {
    stopping.abort()
    await app.close()
    await control.close()
  }
}

const client = (worker = 'w1', key = KEY) =>
  createJobsClient({ url: `http://127.0.0.1:${port}`, worker, key })

before(async () => {
  postgres = await startPostgres()
  port = await freePort()
  service = await startService()
})
after(async () => {
  await service?.()
  await postgres?.stop()
})

/** Empties a queue, so that each test starts from nothing waiting. */
async function drain(queue: string): Promise<void> {
  for (const job of await client().list({ queue, state: 'open', limit: 1000 })) {
    await client().cancel(job.jobId)
  }
}

test('the same key is the same job, and keeps its first spec', async () => {
  const first = await client().enqueue('train', 'same', { n: 1, text: 'a\u0000b' })
  const again = await client().enqueue('train', 'same', { n: 2 })
  assert.equal(again.jobId, first.jobId)
  assert.deepEqual([first.created, again.created], [true, false])
  assert.deepEqual((await client().read(first.jobId)).spec, { n: 1, text: 'a\u0000b' })
  const racing = await Promise.all(
    Array.from({ length: 8 }, () => client().enqueue('train', 'raced', {})),
  )
  assert.equal(new Set(racing.map((job) => job.jobId)).size, 1)
  assert.equal(racing.filter((job) => job.created).length, 1)
  await drain('train')
})

test('two racing workers never hold the same job', async () => {
  for (let at = 0; at < 12; at++) await client().enqueue('attribute', `race-${at}`, { at })
  const take = async (worker: string) => {
    const taken: string[] = []
    for (;;) {
      const lease = await client(worker).lease(['attribute'], 0)
      if (lease === undefined) return taken
      taken.push(lease.key)
      await client(worker).complete(lease, { by: worker })
    }
  }
  const [left, right] = await Promise.all([take('left'), take('right')])
  assert.equal(left.length + right.length, 12)
  assert.equal(new Set([...left, ...right]).size, 12)
})

test('a waiting lease gets a job the moment it is enqueued, and 204 when none comes', async () => {
  assert.equal(await client().lease(['train'], 50), undefined)
  const waiting = client().lease(['attribute', 'train'], 10_000)
  await sleep(100)
  const started = Date.now()
  const { jobId } = await client().enqueue('train', 'awaited', {})
  const lease = await waiting
  assert.equal(lease?.jobId, jobId)
  assert.ok(Date.now() - started < 2000)
  await client().complete(lease, {})
})

test('a worker that hung up while waiting is not given the next job', async () => {
  const gone = new AbortController()
  const waiting = client('gone').lease(['train'], 10_000, gone.signal)
  await sleep(100)
  gone.abort()
  await assert.rejects(waiting)
  await sleep(100)
  await client().enqueue('train', 'not for the gone', {})
  const lease = await client('present').lease(['train'], 2000)
  assert.equal(lease?.key, 'not for the gone')
  await client().complete(lease, {})
})

test('an expired lease returns under a higher fence, and the old holder gets 409', async () => {
  const { jobId } = await client().enqueue('quick', 'expires', {})
  const old = await client('old').lease(['quick'], 0)
  assert.ok(old)
  const renewed = await client('new').lease(['quick'], 5000)
  assert.ok(renewed)
  assert.equal(renewed.jobId, jobId)
  assert.ok(renewed.fence > old.fence)
  await assert.rejects(client('old').complete(old, { stale: true }), LeaseLost)
  await assert.rejects(client('old').heartbeat(old), LeaseLost)
  await assert.rejects(client('old').event(old, 'note', {}), LeaseLost)
  await assert.rejects(client('old').fail(old, 'late', true), LeaseLost)
  await client('new').complete(renewed, { fresh: true })
  assert.deepEqual((await client().read(jobId)).result, { fresh: true })
})

test('the old holder is refused even before somebody else leases the job', async () => {
  const { jobId } = await client().enqueue('quick', 'expires alone', {})
  const old = await client('old').lease(['quick'], 0)
  assert.ok(old)
  while ((await client().read(jobId)).state !== 'queued') await sleep(100)
  await assert.rejects(client('old').complete(old, {}), LeaseLost)
  await drain('quick')
})

test('heartbeats hold a lease beyond its seconds and keep the progress', async () => {
  const { jobId } = await client().enqueue('quick', 'held', {})
  const lease = await client().lease(['quick'], 0)
  assert.ok(lease)
  for (let step = 0; step < 5; step++) {
    await sleep(400)
    assert.equal(await client().heartbeat(lease, { step }), 'continue')
  }
  const job = await client().read(jobId)
  assert.deepEqual([job.state, job.fence, job.progress], ['leased', lease.fence, { step: 4 }])
  await client().complete(lease, {})
})

test('a job that keeps losing its worker ends as failed after its attempts', async () => {
  const { jobId } = await client().enqueue('quick', 'poison', {})
  assert.ok(await client().lease(['quick'], 0))
  assert.ok(await client().lease(['quick'], 5000))
  const events: string[] = []
  const signal = AbortSignal.timeout(10_000)
  for await (const event of client().stream({ after: 0, jobId, signal })) events.push(event.type)
  assert.deepEqual(events, ['queued', 'leased', 'requeued', 'leased', 'failed'])
  assert.match((await client().read(jobId)).error ?? '', /fell silent/)
})

test('a failure with retry comes back later, one without stays failed', async () => {
  const { jobId } = await client().enqueue('train', 'fails', {})
  const first = await client().lease(['train'], 0)
  assert.ok(first)
  await client().fail(first, 'the engine is away', true)
  assert.equal(await client().lease(['train'], 0), undefined)
  const second = await client().lease(['train'], 5000)
  assert.equal(second?.jobId, jobId)
  assert.ok(second.fence > first.fence)
  await client().fail(second, 'no such Datanet', false)
  const job = await client().read(jobId)
  assert.deepEqual([job.state, job.error, job.attempts], ['failed', 'no such Datanet', 2])
})

test('cancelling ends a waiting job at once and asks a leased one to stop', async () => {
  const waiting = await client().enqueue('train', 'cancelled waiting', {})
  assert.equal(await client().cancel(waiting.jobId), 'cancelled')
  assert.equal(await client().lease(['train'], 0), undefined)

  const held = await client().enqueue('train', 'cancelled held', {})
  const lease = await client().lease(['train'], 0)
  assert.ok(lease)
  assert.equal(await client().cancel(held.jobId), 'leased')
  assert.equal(await client().heartbeat(lease), 'cancel')
  await client().fail(lease, 'cancelled', true)
  assert.equal((await client().read(held.jobId)).state, 'cancelled')
})

test('a result counts only under the signature of the worker it names', async () => {
  const { jobId } = await client().enqueue('train', 'signed', {})
  const lease = await client().lease(['train'], 0)
  assert.ok(lease)
  const post = (body: object) =>
    fetch(`http://127.0.0.1:${port}/jobs/${jobId}/complete`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const wallet = new Wallet(KEY)
  const signature = await wallet.signMessage(resultDigest({ b: 1, a: 2 }))
  const signed = { fence: lease.fence, worker: wallet.address, signature }
  assert.equal((await post({ ...signed, result: { b: 1, a: 3 } })).status, 400)
  assert.equal((await post({ ...signed, result: { a: 2, b: 1 }, signature: '0x00' })).status, 400)
  assert.equal((await post({ ...signed, result: { a: 2, b: 1 } })).status, 200)
  // The answer may have been lost: the same completion again is no error, another one is.
  assert.equal((await post({ ...signed, result: { a: 2, b: 1 } })).status, 200)
  await assert.rejects(client().complete(lease, { other: true }), LeaseLost)
})

test('jobs that are never leased are listed by key and completed under their own fence', async () => {
  const key = (n: number) => String(n).padStart(20, '0')
  for (const n of [3, 1, 2, 10]) await client().enqueue('receipt', key(n), { n })
  await assert.rejects(client().lease(['receipt'], 0), /not leased/)
  const open = () => client().list({ queue: 'receipt', state: 'open' })
  assert.deepEqual(
    (await open()).map((job) => job.key),
    [key(1), key(2), key(3), key(10)],
  )
  const [first] = await open()
  await client().complete(first, { batchId: '1' })
  const rest = await client().list({ queue: 'receipt', state: 'open', afterKey: key(2), limit: 1 })
  assert.deepEqual(
    rest.map((job) => job.key),
    [key(3)],
  )
  await assert.rejects(client().complete({ ...first, fence: 1 }, { batchId: '2' }), LeaseLost)
})

test('streams replay from any number and go on with what happens', async () => {
  const collected: JobEvent[] = []
  const stop = new AbortController()
  const last = async () => {
    const events: JobEvent[] = []
    const signal = AbortSignal.timeout(500)
    for await (const event of client().stream({ after: 0, signal })) events.push(event)
    return events
  }
  const before = await last()
  assert.deepEqual(
    before.map((event) => event.seq),
    before.map((_, at) => at + 1),
  )
  const reading = (async () => {
    const options = { after: before.length, queue: 'attribute', signal: stop.signal }
    for await (const event of client().stream(options)) collected.push(event)
  })()
  await client().enqueue('train', 'in another queue', {})
  await client().enqueue('attribute', 'streamed', {})
  const lease = await client().lease(['attribute'], 0)
  assert.ok(lease)
  await client().event(lease, 'note', { said: 'half way' })
  await client().complete(lease, { done: true })
  while (collected.length < 4) await sleep(20)
  stop.abort()
  await reading
  assert.deepEqual(
    collected.map((event) => event.type),
    ['queued', 'leased', 'note', 'completed'],
  )
  assert.deepEqual(collected[2].data, { said: 'half way' })
  assert.deepEqual((collected[3].data as { result: unknown }).result, { done: true })
  await drain('train')
})

test('events never appear out of order while many workers write at once', async () => {
  const seen: number[] = []
  const stop = new AbortController()
  const reading = (async () => {
    for await (const event of client().stream({ after: 0, signal: stop.signal })) {
      seen.push(event.seq)
    }
  })()
  await Promise.all(
    Array.from({ length: 40 }, (_, at) => client().enqueue('attribute', `many-${at}`, {})),
  )
  const jobs = await client().list({ queue: 'attribute', state: 'queued' })
  assert.equal(jobs.length, 40)
  await sleep(300)
  stop.abort()
  await reading
  assert.deepEqual(
    seen,
    seen.map((_, at) => at + 1),
  )
  await drain('attribute')
})

test('a restart in the middle loses no lease, no waiting job and no reader', async () => {
  const held = await client().enqueue('train', 'held over a restart', {})
  const lease = await client().lease(['train'], 0)
  assert.ok(lease)
  const waiting = await client().enqueue('train', 'waits over a restart', {})
  const events: string[] = []
  const reading = (async () => {
    const signal = AbortSignal.timeout(20_000)
    for await (const event of client().stream({ after: 0, jobId: held.jobId, signal })) {
      events.push(event.type)
    }
  })()
  await sleep(100)
  await service()
  service = await startService()
  assert.equal(await client().heartbeat(lease, { after: 'restart' }), 'continue')
  await client().complete(lease, { survived: true })
  await reading
  assert.deepEqual(events, ['queued', 'leased', 'progress', 'completed'])
  const next = await client().lease(['train'], 5000)
  assert.equal(next?.jobId, waiting.jobId)
  await client().complete(next, {})
})

test('bad requests are refused with a reason', async () => {
  await assert.rejects(client().enqueue('nonsense', 'k', {}), /no queue nonsense/)
  await assert.rejects(client().read('0197d6c0-0000-7000-8000-000000000000'), (error) => {
    return error instanceof JobsError && error.status === 404
  })
  await assert.rejects(client().read('not-an-id'), JobsError)
  await assert.rejects(client().enqueue('train', '', {}), JobsError)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from '../process/sleep.ts'
import { JobsError, LeaseLost, PermanentFailure } from './errors.ts'
import type { JobsClient, Lease } from './jobsClient.ts'
import type { LeaseContext } from './workLeases.ts'
import { workLeases } from './workLeases.ts'

const LEASE: Lease = {
  ...{ jobId: 'job', fence: 1, queue: 'train', key: 'k', spec: { n: 1 } },
  leaseSeconds: 0.06,
}

/** Leases one job to `handle`, and tells what the job service heard of it. */
async function work(
  handle: (lease: Lease, context: LeaseContext) => Promise<unknown>,
  service: Partial<JobsClient> = {},
  stop = new AbortController(),
) {
  const heard: string[] = []
  let leased = 0
  const jobs = {
    async lease() {
      if (leased++ === 0) return LEASE
      stop.abort()
      return undefined
    },
    async heartbeat(_, progress) {
      heard.push(progress === undefined ? 'beat' : `progress ${JSON.stringify(progress)}`)
      return 'continue'
    },
    async complete(_, result) {
      heard.push(`complete ${JSON.stringify(result)}`)
    },
    async fail(_, error, retry) {
      heard.push(`fail ${error} ${retry ? 'retry' : 'for good'}`)
    },
    ...service,
  } as JobsClient
  await workLeases({ stage: 'test', jobs, queues: ['train'], signal: stop.signal, handle })
  return heard
}

test('completes with what the handler gives, beating meanwhile', async () => {
  const heard: string[] = []
  const ended = await work(
    async (lease, { progress }) => {
      await progress({ step: 1 })
      // However slow the machine is: as long as two beats take.
      while (heard.filter((what) => what === 'beat').length < 2) await sleep(5)
      return { spec: lease.spec }
    },
    {
      async heartbeat(_, progress) {
        heard.push(progress === undefined ? 'beat' : `progress ${JSON.stringify(progress)}`)
        return 'continue'
      },
    },
  )
  assert.ok(heard.includes('progress {"step":1}'))
  assert.deepEqual(ended, ['complete {"spec":{"n":1}}'])
})

test('an error sends the job back, a permanent failure ends it', async () => {
  const passing = await work(() => Promise.reject(new Error('the engine is away')))
  assert.deepEqual(passing, ['fail the engine is away retry'])
  const final = await work(() => Promise.reject(new PermanentFailure('no such model')))
  assert.deepEqual(final, ['fail no such model for good'])
})

test('a cancelled job is given up', async () => {
  const untilAborted = (_: Lease, { signal }: LeaseContext) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  const heard = await work(untilAborted, { heartbeat: async () => 'cancel' })
  assert.deepEqual(heard, ['fail the job was cancelled retry'])
})

test('a lost lease is dropped without a word, however the handler ends', async () => {
  const lost = new LeaseLost(409, 'stale_fence', 'somebody else has it')
  const service = { heartbeat: () => Promise.reject(lost) }
  assert.deepEqual(await work(async () => sleep(50), service), [])
  assert.deepEqual(await work(async () => 1, { complete: () => Promise.reject(lost) }), [])
})

test('a service that restarts costs neither the lease nor the result', async () => {
  let calls = 0
  const heard: unknown[] = []
  await work(async () => 'done', {
    heartbeat: () => Promise.reject(new TypeError('fetch failed')),
    async complete(_, result) {
      calls += 1
      if (calls === 1) throw new TypeError('fetch failed')
      if (calls === 2) throw new JobsError(503, 'starting', 'starting')
      heard.push(result)
    },
  })
  assert.deepEqual(heard, ['done'])
})

test('the end of the process sends the job back at once', async () => {
  const stop = new AbortController()
  const started = Date.now()
  const heard = await work(
    async (_, { signal }) => {
      setTimeout(() => stop.abort(), 20)
      await sleep(10_000, signal)
    },
    {},
    stop,
  )
  assert.ok(Date.now() - started < 2000)
  assert.deepEqual(
    heard.filter((what) => what !== 'beat'),
    ['fail test is being stopped retry'],
  )
})

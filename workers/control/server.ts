import type { FastifyInstance } from 'fastify'
import fastify from 'fastify'
import { errorMessage } from '../process/errorMessage.ts'
import { log } from '../process/log.ts'
import type { Control } from './control.ts'
import { JobRefused } from './errors.ts'
import { streamEvents } from './streamEvents.ts'
import { appendEvent } from './verbs/appendEvent.ts'
import { cancel } from './verbs/cancel.ts'
import { complete } from './verbs/complete.ts'
import { enqueue } from './verbs/enqueue.ts'
import { fail } from './verbs/fail.ts'
import { heartbeat } from './verbs/heartbeat.ts'
import { listJobs } from './verbs/listJobs.ts'
import { readJob } from './verbs/readJob.ts'
import { waitForLease } from './waitForLease.ts'

const BODY_LIMIT = 32 * 1024 * 1024
const MAX_WAIT_MS = 30_000

const name = { type: 'string', minLength: 1, maxLength: 200 }
const fence = { type: 'integer', minimum: 0 }
const after = { type: 'integer', minimum: 0, default: 0 }
const jobParams = {
  type: 'object',
  properties: { id: { type: 'string', format: 'uuid' } },
}
const body = (properties: Record<string, unknown>, required: string[]) => ({
  params: jobParams,
  body: { type: 'object', properties, required, additionalProperties: false },
})

/**
 * The routes of the job service. `control` may still be missing while its database comes up:
 * everything then answers 503.
 *
 * @param stopping aborts when the process ends: long polls and streams then return at once
 */
export function createServer(
  control: () => Control | undefined,
  stopping: AbortSignal,
): FastifyInstance {
  const app = fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true })
  const ready = () => {
    const open = control()
    if (open === undefined) {
      throw new JobRefused(503, 'starting', 'the job service is starting', 'Try again shortly.')
    }
    return open
  }

  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _, reply) => {
    if (error instanceof JobRefused) {
      const { code, message, hint } = error
      return reply.status(error.status).send({ error: { code, message, hint } })
    }
    if (error.statusCode !== undefined && error.statusCode < 500) {
      const code = error.code ?? 'bad_request'
      return reply.status(error.statusCode).send({ error: { code, message: error.message } })
    }
    log('control', 'request failed', { error: errorMessage(error) })
    const message = `the job database did not answer: ${errorMessage(error)}`
    return reply.status(503).send({ error: { code: 'unavailable', message } })
  })

  app.get('/health', async (_, reply) => {
    const open = control()
    if (open === undefined) return reply.status(503).send({ ok: false })
    await open.pool.query('select 1')
    return { ok: true, queues: Object.keys(open.queues) }
  })

  app.post<{ Body: { queue: string; key: string; spec: unknown } }>(
    '/jobs',
    { schema: { body: body({ queue: name, key: name, spec: {} }, ['queue', 'key', 'spec']).body } },
    ({ body: { queue, key, spec } }) => enqueue(ready(), queue, key, spec),
  )

  app.get<{ Params: { id: string } }>('/jobs/:id', { schema: { params: jobParams } }, (request) =>
    readJob(ready().pool, request.params.id),
  )

  app.get<{ Querystring: { queue?: string; state?: string; afterKey?: string; limit: number } }>(
    '/jobs',
    {
      schema: {
        querystring: {
          type: 'object',
          properties: {
            queue: name,
            state: { type: 'string', pattern: '^(open|[a-z,]+)$' },
            afterKey: { type: 'string' },
            limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
          },
        },
      },
    },
    async ({ query }) => {
      const states = query.state === 'open' ? ['queued', 'leased'] : query.state?.split(',')
      return { jobs: await listJobs(ready().pool, { ...query, states }) }
    },
  )

  app.post<{ Body: { queues: string[]; worker: string; waitMs: number } }>(
    '/leases',
    {
      schema: {
        body: body(
          {
            queues: { type: 'array', items: name, minItems: 1, maxItems: 20 },
            worker: name,
            waitMs: { type: 'integer', minimum: 0, maximum: MAX_WAIT_MS, default: 0 },
          },
          ['queues', 'worker'],
        ).body,
      },
    },
    async ({ body: { queues, worker, waitMs } }, reply) => {
      // A worker that has hung up must not be given a job that it will never see.
      const gone = new AbortController()
      reply.raw.on('close', () => gone.abort())
      const signal = AbortSignal.any([gone.signal, stopping])
      const lease = await waitForLease(ready(), queues, worker, waitMs, signal)
      return lease ?? reply.status(204).send()
    },
  )

  app.post<{ Params: { id: string }; Body: { fence: number; progress?: unknown } }>(
    '/jobs/:id/heartbeat',
    { schema: body({ fence, progress: {} }, ['fence']) },
    async ({ params, body: { fence, progress } }) => ({
      action: await heartbeat(ready(), params.id, fence, progress),
    }),
  )

  app.post<{ Params: { id: string }; Body: { fence: number; type: string; data?: unknown } }>(
    '/jobs/:id/events',
    { schema: body({ fence, type: name, data: {} }, ['fence', 'type']) },
    async ({ params, body: { fence, type, data } }) => {
      await appendEvent(ready(), params.id, fence, type, data)
      return { ok: true }
    },
  )

  app.post<{
    Params: { id: string }
    Body: { fence: number; result: unknown; worker: string; signature: string }
  }>(
    '/jobs/:id/complete',
    {
      schema: body(
        {
          fence,
          result: {},
          worker: { type: 'string', pattern: '^0x[0-9a-fA-F]{40}$' },
          signature: { type: 'string' },
        },
        ['fence', 'result', 'worker', 'signature'],
      ),
    },
    async ({ params, body }) => {
      await complete(ready(), params.id, body)
      return { ok: true }
    },
  )

  app.post<{ Params: { id: string }; Body: { fence: number; error: string; retry: boolean } }>(
    '/jobs/:id/fail',
    {
      schema: body({ fence, error: { type: 'string' }, retry: { type: 'boolean' } }, [
        'fence',
        'error',
        'retry',
      ]),
    },
    async ({ params, body: { fence, error, retry } }) => ({
      state: await fail(ready(), params.id, fence, error, retry),
    }),
  )

  app.post<{ Params: { id: string } }>(
    '/jobs/:id/cancel',
    { schema: { params: jobParams } },
    async ({ params }) => ({ state: await cancel(ready(), params.id) }),
  )

  app.get<{ Params: { id: string }; Querystring: { after: number } }>(
    '/jobs/:id/stream',
    { schema: { params: jobParams, querystring: { type: 'object', properties: { after } } } },
    async (request, reply) => {
      const open = ready()
      await readJob(open.pool, request.params.id)
      reply.hijack()
      const from = resumePoint(request.headers['last-event-id'], request.query.after)
      await streamEvents(open, reply.raw, { jobId: request.params.id }, from, stopping)
    },
  )

  app.get<{ Querystring: { queue?: string; after: number } }>(
    '/stream',
    { schema: { querystring: { type: 'object', properties: { queue: name, after } } } },
    async (request, reply) => {
      const open = ready()
      reply.hijack()
      const from = resumePoint(request.headers['last-event-id'], request.query.after)
      const queues = request.query.queue?.split(',')
      await streamEvents(open, reply.raw, { queues }, from, stopping)
    },
  )

  return app
}

/** A browser's EventSource repeats its first URL and names the last event in a header. */
function resumePoint(header: string | string[] | undefined, after: number): number {
  const last = Number(header)
  return Number.isSafeInteger(last) && last > after ? last : after
}

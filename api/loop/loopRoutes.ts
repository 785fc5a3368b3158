import type { FastifyInstance } from 'fastify'
import type { Kysely } from 'kysely'
import type { AppDatabase } from '../database/schema.ts'

interface LoopEvent {
  seq: number
  step: string
  status: 'running' | 'done' | 'failed'
  data: Record<string, unknown>
  at: string
}

/**
 * What the sample loop is doing, for the page *Live loop* and `tributary status`: the loop reports
 * its steps here (`POST`, loopback on the development chain only), readers follow them as they come.
 */
export function loopRoutes(
  server: FastifyInstance,
  database: () => Kysely<AppDatabase>,
  mayReport: (address: string) => boolean,
): void {
  const listeners = new Set<(event: LoopEvent) => void>()

  server.post('/v1/loop/events', async (request, reply) => {
    if (!mayReport(request.ip)) {
      return reply.code(403).send({
        error: { code: 'forbidden', message: 'only the local sample loop reports its steps' },
      })
    }
    const { step, status, data } = (request.body ?? {}) as Partial<LoopEvent>
    if (typeof step !== 'string' || !['running', 'done', 'failed'].includes(status ?? '')) {
      return reply.code(400).send({
        error: { code: 'invalid_request', message: 'a step has a name and a status' },
      })
    }
    const row = await database()
      .insertInto('loop_event')
      .values({ step, status: status as string, data: JSON.stringify(data ?? {}) })
      .returningAll()
      .executeTakeFirstOrThrow()
    const event = toEvent(row)
    for (const listener of listeners) listener(event)
    return reply.send({ seq: event.seq })
  })

  server.get('/v1/loop', async () => ({ events: await newestEvents(database()) }))

  server.get('/v1/loop/stream', async (request, reply) => {
    const { after = '0' } = request.query as { after?: string }
    if (!/^[0-9]{1,15}$/.test(after)) {
      return reply.code(400).send({
        error: { code: 'invalid_request', message: '"after" is the number of an event' },
      })
    }
    // Those that come while the old ones are read are kept back, so that none is sent twice or late.
    const waiting: LoopEvent[] = []
    let listener = (event: LoopEvent) => {
      waiting.push(event)
    }
    const listen = (event: LoopEvent) => listener(event)
    listeners.add(listen)
    request.raw.on('close', () => listeners.delete(listen))
    let old: LoopEvent[]
    try {
      old = await newestEvents(database())
    } catch (error) {
      listeners.delete(listen)
      throw error
    }
    reply.hijack()
    const out = reply.raw
    out.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'access-control-allow-origin': '*',
    })
    // A reader knows by the first bytes that he is connected.
    out.flushHeaders()
    const send = (event: LoopEvent) =>
      out.write(`id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`)
    const read = new Set(old.map(({ seq }) => seq))
    for (const event of old) if (event.seq > Number(after)) send(event)
    for (const event of waiting) if (!read.has(event.seq)) send(event)
    listener = send
    const beat = setInterval(() => out.write(': still here\n\n'), 15_000)
    out.on('close', () => clearInterval(beat))
    return reply
  })
}

/** The newest event of each step, in the order in which they came: what a page has to show. */
async function newestEvents(database: Kysely<AppDatabase>): Promise<LoopEvent[]> {
  const rows = await database
    .selectFrom('loop_event')
    .distinctOn('step')
    .selectAll()
    .orderBy('step')
    .orderBy('seq', 'desc')
    .execute()
  return rows.map(toEvent).sort((a, b) => a.seq - b.seq)
}

function toEvent(row: {
  seq: string
  step: string
  status: string
  data: unknown
  at: Date
}): LoopEvent {
  return {
    seq: Number(row.seq),
    step: row.step,
    status: row.status as LoopEvent['status'],
    data: row.data as Record<string, unknown>,
    at: row.at.toISOString(),
  }
}

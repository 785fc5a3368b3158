import { MessageError } from '@tributary/protocol/messages/messageReader'
import { readTrainSpec, type TrainSpec } from '@tributary/protocol/messages/trainJob'
import type { FastifyInstance } from 'fastify'
import type { Kysely } from 'kysely'
import type { AppDatabase } from '../database/schema.ts'
import { authenticate } from '../gateway/apiKeys.ts'
import { GatewayError, sendGatewayError } from '../gateway/errors.ts'
import type { CatalogueModel, ModelCatalogue } from '../gateway/modelCatalogue.ts'

const ALIAS = /^[a-z0-9][a-z0-9.-]{1,47}$/

/**
 * `POST /v1/training` asks for an adapter to be trained on Datanets; `GET /v1/training/:id` shows the
 * job, `GET /v1/training/:id/stream` follows it. The job server does the work; the API only asks it.
 */
export function trainingRoutes(
  server: FastifyInstance,
  parts: () => { database: Kysely<AppDatabase>; catalogue: ModelCatalogue },
  jobsUrl: string,
): void {
  server.post('/v1/training', async (request, reply) => {
    try {
      const { database, catalogue } = parts()
      await authenticate(database, request.headers.authorization)
      const spec = readTrainingRequest(request.body, await catalogue.list())
      const response = await ask(`${jobsUrl}/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ queue: 'train', key: spec.key, spec: spec.job }),
      })
      return reply.code(response.status === 200 ? 202 : response.status).send(await response.json())
    } catch (error) {
      return sendGatewayError(reply, error)
    }
  })

  server.get<{ Params: { id: string } }>('/v1/training/:id', async (request, reply) => {
    try {
      const response = await ask(`${jobsUrl}/jobs/${encodeURIComponent(request.params.id)}`)
      return reply.code(response.status).send(await response.json())
    } catch (error) {
      return sendGatewayError(reply, error)
    }
  })

  server.get<{ Params: { id: string }; Querystring: { after?: string } }>(
    '/v1/training/:id/stream',
    async (request, reply) => {
      try {
        const after = Number(request.query.after ?? 0)
        const left = new AbortController()
        request.raw.on('close', () => left.abort())
        const response = await ask(
          `${jobsUrl}/jobs/${encodeURIComponent(request.params.id)}/stream?after=${after}`,
          { signal: left.signal },
        )
        if (!response.ok || !response.body) {
          return reply.code(response.status).send(await response.json())
        }
        reply.hijack()
        reply.raw.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-cache',
        })
        try {
          for await (const bytes of response.body) reply.raw.write(bytes)
        } catch {
          // The reader left, or the job server restarts; the reader connects again.
        }
        reply.raw.end()
        return reply
      } catch (error) {
        return sendGatewayError(reply, error)
      }
    },
  )
}

function readTrainingRequest(body: unknown, models: CatalogueModel[]) {
  const given = (body ?? {}) as Record<string, unknown>
  const { datanetIds, alias, seed = 0, config } = given
  if (
    !Array.isArray(datanetIds) ||
    datanetIds.length === 0 ||
    datanetIds.some((id) => !/^[1-9][0-9]{0,18}$/.test(String(id)))
  ) {
    throw new GatewayError(400, 'invalid_request', '"datanetIds" must be a list of Datanet numbers')
  }
  if (typeof alias !== 'string' || !ALIAS.test(alias)) {
    throw new GatewayError(
      400,
      'invalid_request',
      '"alias" must be 2 to 48 lower-case letters, digits, dots and dashes',
    )
  }
  if (typeof seed !== 'number' || !Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    throw new GatewayError(400, 'invalid_request', '"seed" must be a whole number below 2^32')
  }
  const base = models.find((model) => model.kind === 'base')
  if (!base) {
    throw new GatewayError(503, 'no_base_model', 'no base model is registered yet; try again soon')
  }
  const versions = models.filter((model) => model.alias === alias).map((model) => model.version)
  // The same key is the same job, whatever has happened to the alias since.
  const key = typeof given.key === 'string' ? given.key.slice(0, 100) : crypto.randomUUID()
  const job: TrainSpec = {
    v: 1,
    alias,
    version: Math.max(0, ...versions) + 1,
    baseModelId: base.modelId.toString(),
    ownerId: null,
    datanetIds: datanetIds.map(String),
    seed,
    config: (config as TrainSpec['config'] | undefined) ?? null,
    licence: typeof given.licence === 'string' ? given.licence : 'NOASSERTION',
  }
  try {
    return { key: `${alias}:${key}`, job: readTrainSpec(job) }
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    throw new GatewayError(400, 'invalid_request', error.message)
  }
}

async function ask(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch {
    throw new GatewayError(
      503,
      'jobs_unavailable',
      'the job server does not answer; try again soon',
    )
  }
}

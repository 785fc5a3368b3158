import type { Configuration } from '@tributary/protocol/config/configuration'
import type { FastifyInstance } from 'fastify'
import type { Kysely } from 'kysely'
import type { AppDatabase } from '../database/schema.ts'
import type { Parts } from './Parts.ts'

/** `/health` for the supervisor, `/v1/status` and `/v1/deployment` for tools and pages. */
export function statusRoutes(
  server: FastifyInstance,
  api: {
    parts: () => Parts | undefined
    needParts: () => Parts
    database: () => Kysely<AppDatabase> | undefined
    configuration: Configuration
  },
): void {
  server.get('/health', async () => ({ ok: true, ready: api.parts() !== undefined }))

  server.get('/v1/status', async () => {
    const database = api.database()
    const status = {
      url: api.configuration.apiUrl,
      ready: api.parts() !== undefined,
      loop: 'running' as 'running' | 'done' | 'failed' | 'idle',
      step: null as string | null,
      inferences: 0,
    }
    if (!database) return status
    const [last, counted] = await Promise.all([
      database.selectFrom('loop_event').selectAll().orderBy('seq', 'desc').executeTakeFirst(),
      database
        .selectFrom('inference')
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .executeTakeFirstOrThrow(),
    ])
    status.inferences = Number(counted.count)
    status.step = last?.step ?? null
    if (!last) status.loop = 'idle'
    else if (last.status === 'failed') status.loop = 'failed'
    else if (last.step === 'end' && last.status === 'done') status.loop = 'done'
    return status
  })

  server.get('/v1/deployment', async () => ({
    ...api.needParts().chain.deployment,
    rpcUrl: api.configuration.rpcUrl,
  }))
}

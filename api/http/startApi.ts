import { existsSync } from 'node:fs'
import fastifyStatic from '@fastify/static'
import { createAnalyticsClient } from '@tributary/analytics/client/clickhouse'
import { migrate } from '@tributary/analytics/migrate/migrate'
import { readDeployment } from '@tributary/contracts/deployment/readDeployment'
import type { Configuration } from '@tributary/protocol/config/configuration'
import { databaseUrl } from '@tributary/protocol/config/databaseUrl'
import { keysForChain } from '@tributary/protocol/config/keysForChain'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import { FetchRequest, JsonRpcProvider } from 'ethers'
import fastify, { type FastifyInstance } from 'fastify'
import { openChain } from '../chain/openChain.ts'
import { readContent } from '../content/contentClient.ts'
import { contentRoutes } from '../content/contentRoutes.ts'
import { openDatabase } from '../database/openDatabase.ts'
import { chatCompletions } from '../gateway/chatCompletions.ts'
import { ensureDevelopmentPayer } from '../gateway/developmentPayer.ts'
import { GatewayError, toGatewayError } from '../gateway/errors.ts'
import { followAttributions } from '../gateway/followAttributions.ts'
import { issueReceipt } from '../gateway/issueReceipt.ts'
import { ModelCatalogue } from '../gateway/modelCatalogue.ts'
import { modelRoutes } from '../gateway/modelRoutes.ts'
import { Reservations } from '../gateway/Reservations.ts'
import { relayOutbox } from '../gateway/relayOutbox.ts'
import { unattributed } from '../gateway/unattributed.ts'
import { registerGraphql } from '../graphql/registerGraphql.ts'
import { indexRoutes } from '../index/indexRoutes.ts'
import { loopRoutes } from '../loop/loopRoutes.ts'
import { receiptRoutes } from '../receipts/receiptRoutes.ts'
import { createSubgraphClient } from '../subgraph/subgraphClient.ts'
import { trainingRoutes } from '../training/trainingRoutes.ts'
import { isLoopback } from './isLoopback.ts'
import type { Parts } from './Parts.ts'
import { statusRoutes } from './statusRoutes.ts'

/** Milliseconds after which a node that takes a request and says nothing counts as away. */
const RPC_TIMEOUT_MS = 10_000

export interface Api {
  stop(): Promise<void>
}

/**
 * Serves the pages at once and everything else as soon as what it needs is there: the database
 * first, then the deployment. Until then a request is answered 503 with what is missing.
 */
export async function startApi(options: {
  configuration: Configuration
  pages: string
  schema: string
}): Promise<Api> {
  const { configuration } = options
  const warn = (message: string) => console.warn(`api: ${message}`)
  const server = fastify({
    logger: { level: 'warn' },
    trustProxy: false,
    bodyLimit: 1024 * 1024,
    forceCloseConnections: true,
  })
  const stops: (() => Promise<unknown>)[] = []
  let stopping = false
  let database: Awaited<ReturnType<typeof openDatabase>> | undefined
  let parts: Parts | undefined

  /** What the start waits for, and why it is not there. */
  let missing = 'the database'

  const starting = () =>
    new GatewayError(503, 'starting', `the API is starting and waits for ${missing}`)
  const needDatabase = () => {
    if (!database) throw starting()
    return database
  }
  const needParts = (): Parts => {
    if (!parts) throw starting()
    return parts
  }

  server.setErrorHandler((error, request, reply) => {
    const known = toGatewayError(error)
    if (known) return reply.code(known.status).send(known.toJson())
    const status = (error as { statusCode?: number }).statusCode ?? 500
    if (status >= 500) request.log.error(error)
    const { message, code } = error as Error & { code?: string }
    return reply.code(status).send({
      error: {
        message:
          status >= 500 ? 'the request could not be answered; see the log of the API' : message,
        type: status >= 500 ? 'server_error' : 'invalid_request_error',
        code: code ?? 'internal',
        param: null,
      },
    })
  })
  allowOtherOrigins(server)
  statusRoutes(server, {
    parts: () => parts,
    needParts,
    database: () => database,
    configuration,
  })
  chatCompletions(server, needParts)
  modelRoutes(server, needParts)
  contentRoutes(server, configuration.casUrl)
  loopRoutes(server, needDatabase, isLoopback)
  trainingRoutes(server, needParts, configuration.jobsUrl)
  receiptRoutes(server, needParts)
  indexRoutes(server, needParts)
  const graphql = await registerGraphql(server, options.schema, needParts)
  stops.push(graphql.stop)
  if (existsSync(options.pages)) {
    await server.register(fastifyStatic, { root: options.pages, wildcard: false })
    // Pages have addresses of their own; the app finds the right one.
    server.setNotFoundHandler((request, reply) => {
      const isPage = request.method === 'GET' && !/^\/(v1|graphql|assets)\b/.test(request.url)
      return isPage
        ? reply.sendFile('index.html')
        : reply.code(404).send({
            error: {
              message: `there is no ${request.method} ${request.url.split('?')[0]}`,
              type: 'invalid_request_error',
              code: 'not_found',
              param: null,
            },
          })
    })
  }
  const { hostname, port } = new URL(configuration.apiUrl)
  try {
    await server.listen({ host: hostname, port: Number(port || 80) })
  } catch (cause) {
    await graphql.stop()
    throw new TributaryError(`the API cannot listen at ${configuration.apiUrl}`, {
      code: 'api_listen',
      hint: 'If the port is taken, give API_URL or TRIBUTARY_PORT another one.',
      cause,
    })
  }

  const started = start().catch((error) => {
    console.error(`api: it cannot go on: ${error.message}`)
    process.exit(1)
  })

  return {
    async stop() {
      stopping = true
      await server.close()
      await Promise.all(stops.map((stop) => stop().catch(() => {})))
      await Promise.race([started, new Promise((resolve) => setTimeout(resolve, 1000))])
      await database?.destroy()
    },
  }

  async function start(): Promise<void> {
    database = await untilItWorks('the database', () =>
      openDatabase(databaseUrl(configuration, 'app')),
    )
    const deployment = await untilItWorks('the deployment', async () => {
      const found = await readDeployment(configuration.deploymentFile)
      if (!found) throw new Error(`${configuration.deploymentFile} is not there yet`)
      return found
    })
    if (!database || !deployment) return
    const app = database
    const node = new FetchRequest(configuration.rpcUrl)
    node.timeout = RPC_TIMEOUT_MS
    const provider = new JsonRpcProvider(node, deployment.chainId, {
      staticNetwork: true,
      cacheTimeout: -1,
      batchMaxCount: 20,
      // Blocks come every two seconds; only the development payer waits for any.
      pollingInterval: 500,
    })
    stops.push(async () => provider.destroy())
    const { service } = keysForChain(configuration, deployment.chainId)
    const chain = openChain(provider, deployment)
    const subgraph = createSubgraphClient(configuration.subgraphUrl)
    const catalogue = new ModelCatalogue(subgraph, (hash) =>
      readContent(configuration.casUrl, hash),
    )
    const outbox = relayOutbox({ database: app, jobsUrl: configuration.jobsUrl, warn })
    stops.push(outbox.stop)
    const attributions = followAttributions({
      database: app,
      jobsUrl: configuration.jobsUrl,
      warn,
      completed: async (requestId, result) => {
        await issueReceipt({
          database: app,
          chain,
          catalogue,
          serviceKey: service,
          requestId,
          result,
        })
        outbox.wake()
      },
      failed: async (requestId, error) => {
        warn(`attribution of ${requestId} failed for good (${error}); its pool goes to the commons`)
        const row = await app
          .selectFrom('inference')
          .select('params_version')
          .where('request_id', '=', requestId)
          .executeTakeFirst()
        if (!row) return
        await issueReceipt({
          database: app,
          chain,
          catalogue,
          serviceKey: service,
          requestId,
          result: unattributed(await chain.paramsOf(row.params_version)),
        })
        outbox.wake()
      },
    })
    stops.push(attributions.stop)
    const analytics = createAnalyticsClient(configuration.clickhouseUrl)
    stops.push(() => analytics.close())
    await untilItWorks('the analytics', () => migrate(analytics))
    parts = {
      configuration,
      provider,
      database: app,
      chain,
      subgraph,
      analytics,
      catalogue,
      reservations: new Reservations(app, chain),
      engineUrl: configuration.engineUrl,
      metered: outbox.wake,
    }
    await keepDevelopmentPayer(parts)
  }

  async function keepDevelopmentPayer(ready: Parts): Promise<void> {
    const ensure = () => ensureDevelopmentPayer(ready.provider, ready.chain, ready.database)
    await untilItWorks('the development payer', ensure)
    if (stopping) return
    // A chain that was killed may come back without its last blocks, and with them the deposit.
    const timer = setInterval(() => {
      ensure().catch((error) => warn(`the development payer: ${error.message}`))
    }, 30_000)
    stops.push(async () => clearInterval(timer))
  }

  async function untilItWorks<T>(what: string, attempt: () => Promise<T>): Promise<T | undefined> {
    missing = what
    for (let failures = 1; !stopping; failures++) {
      try {
        return await attempt()
      } catch (error) {
        missing = `${what}: ${(error as Error).message}`
        if (failures % 40 === 20) warn(`waiting for ${missing}`)
        await new Promise((resolve) => setTimeout(resolve, 250))
      }
    }
    return undefined
  }
}

/** Any page may read: nothing here depends on cookies, only on keys that a caller must hold. */
function allowOtherOrigins(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.header('access-control-allow-origin', '*')
    if (request.method === 'OPTIONS') {
      await reply
        .header('access-control-allow-methods', 'GET, POST, PUT, OPTIONS')
        .header('access-control-allow-headers', 'authorization, content-type')
        .header('access-control-max-age', '600')
        .code(204)
        .send()
    }
  })
}

import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Deployment } from '../graphql/deployment.ts'
import { DEFAULT_LIMITS, type QueryLimits } from '../graphql/query/queryLimits.ts'
import { answerError } from './answerError.ts'
import { LiveStreams } from './live/liveStreams.ts'
import { deploymentMetrics } from './metrics/deploymentMetrics.ts'
import { type MetricFamily, metricsText } from './metrics/metricFamily.ts'
import { processMetrics } from './metrics/processMetrics.ts'
import { QueryMetrics } from './metrics/queryMetrics.ts'
import type { RpcMetrics } from './metrics/rpcMetrics.ts'
import { answerOptions, sendJson } from './replies.ts'
import { requestBody } from './requestBody.ts'
import { answerStatus } from './status/statusRoute.ts'
import { addSubgraphRoutes } from './subgraphRoutes.ts'

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'
const MAX_BODY_BYTES = 16 * 1024 * 1024

/** Where to listen and what to serve. */
export interface ServerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** The deployments of this moment; asked for on every request. */
  readonly deployments: () => readonly Deployment[]
  /** Bounds of queries, where they are to be others than graph-node's defaults. */
  readonly limits?: Partial<QueryLimits>
  /** How the chain's nodes answer, for `GET /metrics`. */
  readonly rpc?: RpcMetrics
}

/** A running server. */
export interface RunningServer {
  /** Base URL, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** Stops listening and waits for the requests that are being answered. */
  close(): Promise<void>
}

/**
 * Serves subgraphs at graph-node's query routes, and the index-node status route beside them:
 *
 * - `POST /subgraphs/name/<name>`, `POST /subgraphs/id/<id>`: GraphQL; `GET` leads to a playground
 * - `GET <either of them>/schema.graphql`: the API, with what graph-node's has not
 * - `POST /graphql`: how far each subgraph is
 * - `GET /health`: 200 once the server listens; `GET /metrics`: for Prometheus
 *
 * A query that is asked for as `text/event-stream` is live: its answer comes again whenever a
 * block has changed it.
 *
 * @example
 * const server = await startServer({ host: '127.0.0.1', port: 0, deployments: () => [] })
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = Fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: 'idle' })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body)
  })
  server.addHook('onSend', async (_request, reply) => {
    reply.header('access-control-allow-origin', '*')
  })
  const streams = new LiveStreams()
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const metrics = new QueryMetrics()
  addSubgraphRoutes(server, options.deployments, { metrics, limits, streams })
  addOtherRoutes(server, options.deployments, async () => [
    ...(await deploymentMetrics(options.deployments())),
    ...metrics.families(),
    ...(options.rpc?.families() ?? []),
    streams.metric(),
    ...processMetrics(),
  ])
  server.setNotFoundHandler((_request, reply) => sendJson(reply, '{"message":"Not found"}'))
  server.setErrorHandler((error, _request, reply) => answerError(error as Error, reply))
  await server.listen({ host: options.host, port: options.port })
  const { port } = server.server.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return { url: `http://${host}:${port}`, port, close }

  async function close(): Promise<void> {
    streams.close()
    await server.close()
  }
}

const INDEX_MESSAGE =
  'Access deployed subgraphs by deployment ID at /subgraphs/id/<ID> or by name at ' +
  '/subgraphs/name/<NAME>'

function addOtherRoutes(
  server: FastifyInstance,
  deployments: () => readonly Deployment[],
  metrics: () => Promise<MetricFamily[]>,
): void {
  server.get('/', (_request, reply) => sendJson(reply, JSON.stringify({ message: INDEX_MESSAGE })))
  server.get('/health', (_request, reply) => sendJson(reply, '{"ok":true}'))
  server.options('/graphql', answerOptions)
  server.post('/graphql', async (request, reply) => {
    return sendJson(reply, await answerStatus(deployments(), requestBody(request)))
  })
  server.get('/metrics', async (_request, reply) => {
    return reply.header('content-type', METRICS_TYPE).send(metricsText(await metrics()))
  })
}

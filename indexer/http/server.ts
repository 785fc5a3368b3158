import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Deployment } from '../graphql/deployment.ts'
import { interfaceOf } from '../graphql/execute/interfaceOf.ts'
import { DEFAULT_LIMITS, type QueryLimits } from '../graphql/query/queryLimits.ts'
import { LiveStreams, TooManyStreamsError } from './live/liveStreams.ts'
import { deploymentMetrics } from './metrics/deploymentMetrics.ts'
import { type MetricFamily, metricsText } from './metrics/metricFamily.ts'
import { processMetrics } from './metrics/processMetrics.ts'
import { QueryMetrics } from './metrics/queryMetrics.ts'
import { PLAYGROUND } from './playground.ts'
import { answerQuery } from './queryRoute.ts'
import { BodyError, readBody } from './readBody.ts'
import { answerStatus } from './status/statusRoute.ts'

/** Behind a subgraph's name: its whole API, for those who generate code. */
const SCHEMA_PATH = '/schema.graphql'
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
  addRoutes(server, options.deployments, streams, limits)
  server.setNotFoundHandler((_request, reply) => json(reply, '{"message":"Not found"}'))
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

function addRoutes(
  server: FastifyInstance,
  deployments: () => readonly Deployment[],
  streams: LiveStreams,
  limits: QueryLimits,
): void {
  const metrics = new QueryMetrics()
  const settings = { metrics, limits }
  server.get('/', (_request, reply) => json(reply, JSON.stringify({ message: INDEX_MESSAGE })))
  server.get('/health', (_request, reply) => json(reply, '{"ok":true}'))

  const finders: Readonly<Record<string, (name: string) => Deployment | undefined>> = {
    '/subgraphs/name/*': (name) => deployments().find((known) => known.names.has(name)),
    '/subgraphs/id/*': (id) => deployments().find((known) => known.id === id),
  }
  for (const [path, find] of Object.entries(finders)) {
    server.options(path, answerOptions)
    server.post<NamedRoute>(path, async (request, reply) => {
      const name = subgraphName(request.params['*'])
      const body = requestBody(request)
      if (wantsEvents(request)) return live(reply, () => find(name), name, body)
      const response = await answerQuery(find(name), name, body, settings)
      return json(allowMethods(reply).headers(response.headers), response.body)
    })
    server.get<NamedRoute>(path, (request, reply) => {
      const name = subgraphName(request.params['*'])
      if (wantsEvents(request)) {
        return live(reply, () => find(name), name, bodyOfUrl(request.query as LiveParameters))
      }
      if (name.endsWith(SCHEMA_PATH)) {
        const deployment = find(name.slice(0, -SCHEMA_PATH.length))
        if (!deployment) return reply.callNotFound()
        return reply.type('text/plain; charset=utf-8').send(interfaceOf(deployment).api.print())
      }
      if (name.endsWith('/graphql')) {
        return reply.header('content-type', 'text/html; charset=utf-8').send(PLAYGROUND)
      }
      return reply.redirect(`${path.slice(0, -1)}${encodeURI(name)}/graphql`, 302)
    })
  }

  server.options('/graphql', answerOptions)
  server.post('/graphql', async (request, reply) => {
    return json(reply, await answerStatus(deployments(), requestBody(request)))
  })

  server.get('/metrics', async (_request, reply) => {
    const families = [
      ...(await deploymentMetrics(deployments())),
      ...metrics.families(),
      liveMetric(streams.size),
      ...processMetrics(),
    ]
    return reply.header('content-type', METRICS_TYPE).send(metricsText(families))
  })

  function live(
    reply: FastifyReply,
    find: () => Deployment | undefined,
    name: string,
    body: string,
  ): void {
    // A request that is none is refused before the stream begins.
    readBody(body)
    const head = async () => (await find()?.headBlock()) ?? null
    const answer = async () => (await answerQuery(find(), name, body, settings)).body
    streams.open(reply, head, answer)
  }
}

/** What a GET request, as browsers' event sources send it, names in its URL. */
interface LiveParameters {
  readonly query?: string
  readonly variables?: string
}

function bodyOfUrl({ query, variables }: LiveParameters): string {
  if (variables === undefined) return JSON.stringify({ query })
  // The numbers of the variables are to stay as they are spelt.
  return `{"query":${JSON.stringify(query)},"variables":${variables}}`
}

function wantsEvents(request: FastifyRequest): boolean {
  return /\btext\/event-stream\b/.test(request.headers.accept ?? '')
}

function liveMetric(value: number): MetricFamily {
  return {
    name: 'live_queries',
    help: 'Live queries that are open',
    type: 'gauge',
    samples: [{ labels: {}, value }],
  }
}

interface NamedRoute {
  Params: { '*': string }
}

const INDEX_MESSAGE =
  'Access deployed subgraphs by deployment ID at /subgraphs/id/<ID> or by name at ' +
  '/subgraphs/name/<NAME>'

function subgraphName(path: string): string {
  return path.split('/').filter(Boolean).join('/')
}

function requestBody(request: FastifyRequest): string {
  if (request.headers['content-type'] === undefined) {
    throw new RequestError('Content-Type header is required')
  }
  if (typeof request.body !== 'string' || request.body === '') {
    throw new RequestError('Body is required')
  }
  return request.body
}

/** A request that is refused before its body is looked at. */
class RequestError extends Error {
  override readonly name = 'RequestError'
}

function answerOptions(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return allowMethods(reply).header('content-type', 'text/html; charset=utf-8').send('')
}

function allowMethods(reply: FastifyReply): FastifyReply {
  return reply
    .header('access-control-allow-headers', 'Content-Type, User-Agent')
    .header('access-control-allow-methods', 'GET, OPTIONS, POST')
}

function json(reply: FastifyReply, body: string): FastifyReply {
  // Bytes, because Fastify adds a charset to the content type of strings.
  return reply.header('content-type', 'application/json').send(Buffer.from(body))
}

function answerError(error: Error, reply: FastifyReply): FastifyReply {
  if (error instanceof RequestError) {
    return json(reply.code(400), JSON.stringify({ error: error.message }))
  }
  if (error instanceof TooManyStreamsError) {
    return json(reply.code(503), JSON.stringify({ error: error.message }))
  }
  if (error instanceof BodyError) {
    const message = `GraphQL server error (client error): ${error.message}`
    return json(reply.code(400), JSON.stringify({ error: message }))
  }
  const status = (error as { statusCode?: number }).statusCode ?? 500
  const message = `GraphQL server error (internal error): ${error.message}`
  return json(reply.code(status), JSON.stringify({ error: message }))
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Deployment } from '../graphql/deployment.ts'
import { interfaceOf } from '../graphql/execute/interfaceOf.ts'
import { ClientError } from './clientError.ts'
import type { LiveStreams } from './live/liveStreams.ts'
import { PLAYGROUND } from './playground.ts'
import { answerQuery, type QuerySettings } from './queryRoute.ts'
import { readBody } from './readBody.ts'
import { allowMethods, answerOptions, sendJson } from './replies.ts'
import { requestBody } from './requestBody.ts'
import { isDeploymentId, isSubgraphName } from './subgraphName.ts'

/** Behind a subgraph's name: its whole API, for those who generate code. */
const SCHEMA_PATH = '/schema.graphql'

/** What the routes of subgraphs work with. */
export interface SubgraphRouteSettings extends QuerySettings {
  readonly streams: LiveStreams
}

/** A way to call a subgraph. */
interface Calling {
  readonly path: string
  /** @throws {ClientError} when a subgraph cannot be called so. */
  readonly check: (called: string) => void
  readonly find: (called: string) => Deployment | undefined
}

/** Adds the routes at which subgraphs are asked, by name and by id. */
export function addSubgraphRoutes(
  server: FastifyInstance,
  deployments: () => readonly Deployment[],
  settings: SubgraphRouteSettings,
): void {
  addRoutes(server, settings, {
    path: '/subgraphs/name/*',
    check: (name) => {
      if (!isSubgraphName(name)) throw new ClientError(`Invalid subgraph name \`${name}\``)
    },
    find: (name) => deployments().find((known) => known.names.has(name)),
  })
  addRoutes(server, settings, {
    path: '/subgraphs/id/*',
    check: (id) => {
      if (!isDeploymentId(id)) throw new ClientError(`Invalid subgraph id \`${id}\``)
    },
    find: (id) => deployments().find((known) => known.id === id),
  })
}

interface SubgraphRoute {
  Params: { '*': string }
  Querystring: {
    readonly query?: string
    readonly variables?: string
    readonly 'api-version'?: string
  }
}

function addRoutes(
  server: FastifyInstance,
  settings: SubgraphRouteSettings,
  { path, check, find }: Calling,
): void {
  server.options(path, answerOptions)
  server.post<SubgraphRoute>(path, async (request, reply) => {
    const called = withoutSlashes(request.params['*'])
    const body = requestBody(request)
    checkVersion(request.query['api-version'])
    check(called)
    if (wantsEvents(request)) return live(reply, called, body)
    const response = await answerQuery(find(called), called, body, settings)
    return sendJson(allowMethods(reply).headers(response.headers), response.body)
  })
  server.get<SubgraphRoute>(path, (request, reply) => {
    const called = withoutSlashes(request.params['*'])
    if (wantsEvents(request)) return live(reply, called, bodyOfUrl(request.query))
    if (called.endsWith(SCHEMA_PATH)) {
      const deployment = find(called.slice(0, -SCHEMA_PATH.length))
      if (!deployment) return reply.callNotFound()
      return reply.type('text/plain; charset=utf-8').send(interfaceOf(deployment).api.print())
    }
    if (called.endsWith('/graphql')) {
      return reply.type('text/html; charset=utf-8').send(PLAYGROUND)
    }
    if (/^\s*mutation/i.test(request.query.query ?? '')) {
      return reply.code(400).send({ error: "Can't use mutations with GET method" })
    }
    return reply
      .code(302)
      .header('location', `${path.slice(0, -1)}${encodeURI(called)}/graphql`)
      .type('text/plain; charset=utf-8')
      .send('Redirecting...')
  })

  function live(reply: FastifyReply, called: string, body: string): void {
    // A request that is none is refused before the stream begins.
    readBody(body)
    const head = async () => (await find(called)?.headBlock()) ?? null
    const answer = async () => (await answerQuery(find(called), called, body, settings)).body
    settings.streams.open(reply, head, answer)
  }
}

function withoutSlashes(path: string): string {
  return path.split('/').filter(Boolean).join('/')
}

/** There is one version of the API; clients may name it, or a range that holds it. */
function checkVersion(wanted: string | undefined): void {
  if (wanted === undefined || /^(\*|[\^~=]?1(\.(0|\*)(\.(0|\*))?)?)$/.test(wanted)) return
  throw new ClientError('Could not resolve the version')
}

/** What a GET request, as browsers' event sources send it, names in its URL. */
function bodyOfUrl({ query, variables }: SubgraphRoute['Querystring']): string {
  if (variables === undefined || query === undefined) return JSON.stringify({ query })
  // The numbers of the variables are to stay as they are spelt.
  return `{"query":${JSON.stringify(query)},"variables":${variables}}`
}

function wantsEvents(request: FastifyRequest<SubgraphRoute>): boolean {
  return /\btext\/event-stream\b/.test(request.headers.accept ?? '')
}

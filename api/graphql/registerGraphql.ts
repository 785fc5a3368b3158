import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled'
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default'
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify'
import { ApolloArmor } from '@escape.tech/graphql-armor'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type { FastifyInstance } from 'fastify'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { toGatewayError } from '../gateway/errors.ts'
import type { Parts } from '../http/Parts.ts'
import { type Context, createContext } from './context.ts'
import { nodeLimit } from './nodeLimit.ts'
import { onlyQueries } from './onlyQueries.ts'
import { MAX_PAGE } from './pageSize.ts'
import { resolvers } from './resolvers/resolvers.ts'

/** A query may hold this much; the pages' largest needs a third of it. */
const MAX_DEPTH = 12
const MAX_TOKENS = 2000

/**
 * Serves `POST /graphql`. A query that is too deep or too long is refused before anything is read;
 * errors tell what happened without telling how it works inside.
 */
export async function registerGraphql(
  server: FastifyInstance,
  typeDefs: string,
  parts: () => Parts,
): Promise<{ stop: () => Promise<void> }> {
  const armor = new ApolloArmor({
    maxDepth: { n: MAX_DEPTH, flattenFragments: true },
    maxTokens: { enabled: false },
    // Its cost knows no page sizes; `nodeLimit` counts rows instead.
    costLimit: { enabled: false },
    blockFieldSuggestion: { enabled: false },
  }).protect()
  const apollo = new ApolloServer<Context>({
    typeDefs,
    resolvers,
    introspection: true,
    parseOptions: { maxTokens: MAX_TOKENS },
    formatError,
    ...armor,
    validationRules: [...(armor.validationRules ?? []), onlyQueries, nodeLimit(MAX_PAGE)],
    includeStacktraceInErrorResponses: false,
    plugins: [
      fastifyApolloDrainPlugin(server),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageLocalDefault({ footer: false }),
      ...(armor.plugins as ApolloServerPlugin<Context>[]),
    ],
  })
  await apollo.start()
  await server.register(fastifyApollo(apollo), {
    path: '/graphql',
    context: async () => createContext(partsOrError(parts)),
  })
  return { stop: () => apollo.stop() }
}

/** The parts; a GraphQL error with the HTTP status of what is missing otherwise. */
function partsOrError(parts: () => Parts): Parts {
  try {
    return parts()
  } catch (error) {
    const known = toGatewayError(error)
    if (!known) throw error
    throw new GraphQLError(known.message, {
      extensions: { code: known.code.toUpperCase(), http: { status: known.status } },
    })
  }
}

function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const original = error instanceof GraphQLError ? error.originalError : error
  if (original instanceof TributaryError) {
    return {
      ...formatted,
      message: original.message,
      extensions: { code: original.code.toUpperCase(), hint: original.hint },
    }
  }
  const known = toGatewayError(original)
  if (known) {
    return { ...formatted, message: known.message, extensions: { code: known.code.toUpperCase() } }
  }
  // What is not GraphQL's own complaint about the query is ours, and its inside stays inside.
  if (original && !(original instanceof GraphQLError)) {
    console.error('api: a query failed', original)
    return {
      ...formatted,
      message: 'this field could not be read',
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    }
  }
  return formatted
}

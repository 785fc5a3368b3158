import type { BlockInfo, Deployment } from '../graphql/deployment.ts'
import { QueryError, queryErrorsOf } from '../graphql/errors/queryError.ts'
import { type QueryResult, runQuery } from '../graphql/execute/runQuery.ts'
import { parseQuery } from '../graphql/query/parseQuery.ts'
import type { QueryLimits } from '../graphql/query/queryLimits.ts'
import type { QueryMetrics } from './metrics/queryMetrics.ts'
import { readBody } from './readBody.ts'

/** An HTTP answer to a GraphQL request. */
export interface GraphqlResponse {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What all queries of a server have in common. */
export interface QuerySettings {
  readonly metrics: QueryMetrics
  readonly limits: QueryLimits
}

/**
 * Answers a GraphQL request to a subgraph. Everything but a malformed body is answered with
 * status 200 and errors in the body.
 *
 * @param name what the request called the subgraph, for the message if there is none.
 * @throws {ClientError} when the body is no GraphQL request.
 */
export async function answerQuery(
  deployment: Deployment | undefined,
  name: string,
  body: string,
  { metrics, limits }: QuerySettings,
): Promise<GraphqlResponse> {
  const { query, variables } = readBody(body)
  const start = performance.now()
  const found = await result()
  if (deployment) {
    const seconds = (performance.now() - start) / 1000
    metrics.observe(deployment.id, seconds, found.errors.length > 0)
  }
  return toResponse(found)

  async function result(): Promise<QueryResult> {
    try {
      const document = parseQuery(query)
      if (!deployment) {
        const message = `deployment \`${name}\` does not exist`
        throw new QueryError(message, { attestable: false })
      }
      return await runQuery(deployment, document, variables, limits)
    } catch (error) {
      return { errors: queryErrorsOf(error), indexed: null }
    }
  }
}

function toResponse({ data, errors, indexed }: QueryResult): GraphqlResponse {
  const attestable = errors.every((error) => error.attestable)
  return {
    headers: {
      'graph-attestable': String(attestable),
      'graph-indexed': JSON.stringify(indexed && indexedHeader(indexed)),
    },
    // Both keys are left out where there is nothing to put under them.
    body: JSON.stringify({ data, errors: errors.length > 0 ? errors : undefined }),
  }
}

function indexedHeader({ hash, number, timestamp }: BlockInfo): object {
  return { hash, number, timestamp }
}

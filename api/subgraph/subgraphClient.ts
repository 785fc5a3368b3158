import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/** The subgraph did not answer, or answered with errors. */
export class SubgraphError extends TributaryError {}

export interface SubgraphClient {
  /** Runs a query in graph-node's dialect. Throws a SubgraphError. */
  query<T>(document: string, variables?: Record<string, unknown>): Promise<T>
}

/** How far the subgraph has come. */
export interface SubgraphHead {
  number: number
  hash: string | null
  timestamp: number | null
}

/** A client of the subgraph at a URL of graph-node's kind (`…/subgraphs/name/<name>`). */
export function createSubgraphClient(url: string): SubgraphClient {
  return {
    async query<T>(document: string, variables: Record<string, unknown> = {}): Promise<T> {
      let response: Response
      try {
        response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: document, variables }),
          signal: AbortSignal.timeout(15_000),
        })
      } catch (cause) {
        throw new SubgraphError('the subgraph does not answer', {
          code: 'INDEX_UNAVAILABLE',
          hint: 'It may be starting; ask again in a few seconds.',
          cause,
        })
      }
      const answer = (await response.json().catch(() => null)) as {
        data?: T
        errors?: { message: string }[]
        error?: string
      } | null
      if (!answer || answer.errors || !answer.data) {
        const message =
          answer?.errors?.map((error) => error.message).join('; ') ??
          answer?.error ??
          `HTTP ${response.status}`
        throw new SubgraphError(`the subgraph refused a query: ${message}`, {
          code: /not started syncing|only indexed up to/.test(message)
            ? 'INDEX_BEHIND'
            : // Its own trouble, such as a database that is away, and not the query's.
              response.status >= 500
              ? 'INDEX_UNAVAILABLE'
              : 'INDEX_ERROR',
        })
      }
      return answer.data
    },
  }
}

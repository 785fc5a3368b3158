import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/** The subgraph refused a query or did not answer it. */
export class SubgraphError extends TributaryError {}

/**
 * Sends one GraphQL query to a graph-node endpoint and gives its `data`.
 *
 * @example
 * const { _meta } = await querySubgraph<{ _meta: Meta }>(url, '{ _meta { block { number } } }')
 */
export async function querySubgraph<Data>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  let answer: { data?: Data; errors?: { message: string }[] } | undefined
  try {
    answer = JSON.parse(text)
  } catch {
    // Not GraphQL; what it says stands below.
  }
  if (!answer || (!response.ok && !answer.errors)) {
    answer = { errors: [{ message: `HTTP ${response.status}: ${text.slice(0, 200)}` }] }
  }
  // graph-node answers with data and errors side by side; half an answer is none.
  if (answer.errors !== undefined && answer.errors.length > 0) {
    const message = answer.errors.map((error) => error.message).join('; ')
    throw new SubgraphError(`the subgraph at ${url} did not answer: ${message}`, {
      code: 'subgraph_refused',
      hint: 'See whether it is deployed and synced.',
    })
  }
  if (answer.data === undefined || answer.data === null) {
    throw new SubgraphError(`the subgraph at ${url} gave no data`, { code: 'subgraph_empty' })
  }
  return answer.data
}

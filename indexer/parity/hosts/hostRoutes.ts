import type { GeneratedQuery } from '../queries/generatedQuery.ts'

/** Asks the routes that every host has. */
export class HostRoutes {
  readonly #queries: string
  readonly #status: string

  /** @param queries base of the query routes. @param status URL of the index-node route. */
  constructor(queries: string, status: string) {
    this.#queries = queries
    this.#status = status
  }

  async query(id: string, query: GeneratedQuery): Promise<string | null> {
    try {
      const response = await post(`${this.#queries}/subgraphs/id/${id}`, query)
      return await response.text()
    } catch (error) {
      // What undici says when the other side ends a connection instead of answering.
      if ((error as { cause?: { code?: string } }).cause?.code === 'UND_ERR_SOCKET') return null
      throw error
    }
  }

  async status<Data>(query: string): Promise<Data> {
    const response = await post(this.#status, { query })
    const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown }
    if (errors !== undefined || !data) throw new Error(JSON.stringify(errors))
    return data
  }
}

function post(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

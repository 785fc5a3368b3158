/** Asks a host's admin route, which is the same for every host. */
export class AdminRpc {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** @returns the error that it answers with, or null. */
  async call(method: string, params: object): Promise<unknown> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    const { error } = (await response.json()) as { error?: unknown }
    return error ?? null
  }
}

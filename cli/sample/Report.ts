import type { ApiClient } from './apiClient.ts'

/**
 * Tells people what the loop does: lines in the terminal, and the same facts to the API for the page
 * *Live loop*. A step that cannot be reported does not stop the loop.
 */
export class Report {
  readonly #api: ApiClient
  readonly #quiet: boolean
  #sent: Promise<void> = Promise.resolve()
  readonly seconds: Record<string, number> = {}

  constructor(api: ApiClient, quiet: boolean) {
    this.#api = api
    this.#quiet = quiet
  }

  line(text: string): void {
    if (this.#quiet) console.error(text)
    else console.log(text)
  }

  /** Runs a step, and reports its start, its end or its failure, and how long it took. */
  async step<T>(
    name: string,
    title: string,
    work: (progress: (data: Record<string, unknown>) => void) => Promise<T>,
    summary: (result: T) => { text: string; data: Record<string, unknown> },
  ): Promise<T> {
    const started = Date.now()
    this.line(`• ${title} ...`)
    await this.#send(name, 'running', { title })
    let last = 0
    try {
      const result = await work((data) => {
        if (Date.now() - last < 700) return
        last = Date.now()
        void this.#send(name, 'running', { title, ...data })
      })
      const seconds = (Date.now() - started) / 1000
      this.seconds[name] = Math.round(seconds * 10) / 10
      const { text, data } = summary(result)
      this.line(`  ${text} (${seconds.toFixed(1)} s)`)
      await this.#send(name, 'done', { title, text, seconds, ...data })
      return result
    } catch (error) {
      await this.#send(name, 'failed', { title, error: (error as Error).message })
      throw error
    }
  }

  async end(data: Record<string, unknown>): Promise<void> {
    await this.#send('end', 'done', data)
  }

  /** One after the other: a step's progress must not arrive behind its end. */
  #send(step: string, status: string, data: Record<string, unknown>): Promise<void> {
    this.#sent = this.#sent.then(() => this.#post(step, status, data))
    return this.#sent
  }

  async #post(step: string, status: string, data: Record<string, unknown>): Promise<void> {
    try {
      await this.#api.post('/v1/loop/events', { step, status, data })
    } catch (error) {
      this.line(`  (this step could not be shown on the page: ${(error as Error).message})`)
    }
  }
}

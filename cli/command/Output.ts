import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/**
 * What a command says: lines for people as it goes on, or with `--json` one JSON line at the end
 * and nothing else on standard output.
 */
export class Output {
  readonly json: boolean
  readonly #write: (text: string) => void
  readonly #writeError: (text: string) => void

  constructor(
    json: boolean,
    write = (text: string) => void process.stdout.write(text),
    writeError = (text: string) => void process.stderr.write(text),
  ) {
    this.json = json
    this.#write = write
    this.#writeError = writeError
  }

  /** A line for people. */
  line(text = ''): void {
    this.text(`${text}\n`)
  }

  /** Part of a line for people, as it comes. */
  text(text: string): void {
    if (!this.json) this.#write(text)
  }

  /** The result for programs. */
  result(value: object): void {
    if (this.json) this.#write(`${JSON.stringify(value)}\n`)
  }

  /** What went wrong and what to do: one line each. */
  failure(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    const code = error instanceof TributaryError ? error.code : 'unexpected'
    const hint = error instanceof TributaryError ? error.hint : null
    this.result({ error: { code, message, hint } })
    if (this.json) return
    this.#writeError(`tributary: ${message}\n`)
    if (hint !== null) this.#writeError(`  ${hint}\n`)
  }
}

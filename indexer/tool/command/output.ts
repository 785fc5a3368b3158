/**
 * Where a command says what it does: text for people on stdout; with `--json` one JSON object a
 * line there, and the text on stderr.
 */
export class Output {
  readonly #json: boolean
  readonly #print: (line: string) => void
  readonly #printAside: (line: string) => void

  constructor(json: boolean, print = console.log, printAside = console.error) {
    this.#json = json
    this.#print = print
    this.#printAside = printAside
  }

  /** A line for people. */
  say(line: string): void {
    if (this.#json) this.#printAside(line)
    else this.#print(line)
  }

  /** A line for programs. */
  tell(result: object): void {
    if (this.#json) this.#print(JSON.stringify(result))
  }
}

/**
 * Where a command says what it does: text for people on stdout; with `--json` one JSON object a
 * line there, and the text on stderr.
 */
export class Output {
  readonly json: boolean

  constructor(json: boolean) {
    this.json = json
  }

  /** A line for people. */
  say(line: string): void {
    if (this.json) console.error(line)
    else console.log(line)
  }

  /** A line for programs. */
  tell(result: object): void {
    if (this.json) console.log(JSON.stringify(result))
  }
}

/** When a statement turns out to be impossible: while its text is written, or its values are. */
export type WritingStage = 'text' | 'values'

/** Builds one SQL statement; values only ever go into parameters. */
export class SqlWriter {
  #text = ''
  readonly #values: unknown[] = []
  readonly #numbers = new Map<string, number>()
  readonly #refusals = new Map<WritingStage, Error>()

  get text(): string {
    return this.#text
  }

  get values(): unknown[] {
    return this.#values
  }

  /**
   * Remembers why the statement cannot be written, for {@link throwRefusal}: graph-node looks at
   * everything else first, so that other errors go before this one.
   */
  refuse(stage: WritingStage, error: Error): void {
    if (!this.#refusals.has(stage)) this.#refusals.set(stage, error)
  }

  /** Throws the first refusal of the text, or else of the values, if there is one. */
  throwRefusal(): void {
    const error = this.#refusals.get('text') ?? this.#refusals.get('values')
    if (error) throw error
  }

  /** Appends SQL that holds names of the model and keywords, never a value. */
  sql(text: string): this {
    this.#text += text
    return this
  }

  /** Appends a parameter with its type. Simple values that occur again share one parameter. */
  bind(value: unknown, type: string): this {
    this.#text += this.parameter(value, type)
    return this
  }

  /** The text of a parameter, for use in an expression. */
  parameter(value: unknown, type: string): string {
    const key = typeof value === 'object' ? null : `${type} ${typeof value} ${String(value)}`
    let number = key === null ? undefined : this.#numbers.get(key)
    if (number === undefined) {
      this.#values.push(value)
      number = this.#values.length
      if (key !== null) this.#numbers.set(key, number)
    }
    return `$${number}::${type}`
  }
}

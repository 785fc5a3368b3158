/** Builds one SQL statement; values only ever go into parameters. */
export class SqlWriter {
  #text = ''
  readonly #values: unknown[] = []
  readonly #numbers = new Map<string, number>()

  get text(): string {
    return this.#text
  }

  get values(): unknown[] {
    return this.#values
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

/** A place in the query text, counted from 1; `{line: 0, column: 0}` where graph-node has none. */
export interface Location {
  readonly line: number
  readonly column: number
}

/** Where graph-node reports arguments that its own generated schema defines. */
export const NO_PLACE: Location = { line: 0, column: 0 }

/** What the error tells beside its message. */
export interface QueryErrorOptions extends ErrorOptions {
  readonly location?: Location
  /** Whether every correct node would answer with this error; default true. */
  readonly attestable?: boolean
}

/** An error in a query or its execution, worded as graph-node words it. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  readonly location: Location | undefined
  readonly attestable: boolean

  constructor(message: string, options: QueryErrorOptions = {}) {
    super(message, options)
    this.location = options.location
    this.attestable = options.attestable ?? true
  }

  toJSON(): { locations?: Location[]; message: string } {
    if (!this.location) return { message: this.message }
    return { locations: [this.location], message: this.message }
  }
}

/** Several errors of one stage; all of them are reported. */
export class QueryErrors extends Error {
  override readonly name = 'QueryErrors'
  readonly errors: readonly QueryError[]

  constructor(errors: readonly QueryError[]) {
    super(errors.map((error) => error.message).join('\n'))
    this.errors = errors
  }
}

/** Collects the errors of steps that do not depend on each other, and throws them together. */
export class ErrorCollector {
  readonly #errors: QueryError[] = []

  add(error: QueryError): void {
    this.#errors.push(error)
  }

  /** Runs the step; keeps its query errors and lets any other error pass. */
  run<T>(step: () => T): T | undefined {
    try {
      return step()
    } catch (error) {
      this.#errors.push(...queryErrorsOf(error))
      return undefined
    }
  }

  throwIfAny(): void {
    if (this.#errors.length > 0) throw new QueryErrors(this.#errors)
  }
}

/** The query errors that were thrown; anything else is thrown again. */
export function queryErrorsOf(error: unknown): readonly QueryError[] {
  if (error instanceof QueryError) return [error]
  if (error instanceof QueryErrors) return error.errors
  throw error
}

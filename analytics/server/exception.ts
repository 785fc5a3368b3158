/** A failure that a client of the ClickHouse HTTP protocol understands. */
export class ServerException extends Error {
  /** ClickHouse's number of the error. */
  readonly code: number
  /** ClickHouse's name of the error. */
  readonly type: ErrorType
  constructor(type: ErrorType, message: string) {
    super(message)
    this.name = 'ServerException'
    this.type = type
    this.code = ERRORS[type]
  }
}

/** ClickHouse's own numbers of the errors that this server raises before the engine is asked. */
const ERRORS = {
  BAD_ARGUMENTS: 36,
  NOT_IMPLEMENTED: 48,
  SYNTAX_ERROR: 62,
  UNKNOWN_FORMAT: 73,
  UNKNOWN_DATABASE: 81,
  READONLY: 164,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  ABORTED: 236,
  NOT_ENOUGH_SPACE: 243,
  QUERY_IS_PROHIBITED: 392,
  ACCESS_DENIED: 497,
} as const

export type ErrorType = keyof typeof ERRORS

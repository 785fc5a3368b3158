import { ServerException } from '../exception.ts'

/** An error as the HTTP protocol tells it. */
export interface ErrorDescription {
  code: number
  /** Full text, in the form that `@clickhouse/client` takes apart. */
  text: string
}

const ENGINE_ERROR = /Code: (\d+)\. DB::/
const DISK_FULL = /No space left on device|NOT_ENOUGH_SPACE/

/** What a client is told about a failure of its statement. */
export function describeError(error: unknown, version: string): ErrorDescription {
  if (error instanceof ServerException) {
    return { code: error.code, text: text(error.code, error.message, error.type, version) }
  }
  const message = error instanceof Error ? error.message.trim() : String(error)
  if (DISK_FULL.test(message)) {
    // The client takes the last `Exception:` of a text for the message and the first name behind it.
    const said = message.replace(/Code: \d+\. DB::Exception: /g, '').replace(/\([A-Z_]{3,}\)/g, '')
    const told = `The disk of the embedded server is full; free space and send the statement again. The engine says: ${said.trim()}`
    return { code: 243, text: text(243, told, 'NOT_ENOUGH_SPACE', version) }
  }
  const code = ENGINE_ERROR.exec(message)?.[1]
  if (code !== undefined) return { code: Number(code), text: `${message}\n` }
  return { code: 1002, text: text(1002, message, 'UNKNOWN_EXCEPTION', version) }
}

function text(code: number, message: string, type: string, version: string): string {
  return `Code: ${code}. DB::Exception: ${message}. (${type}) (version ${version})\n`
}

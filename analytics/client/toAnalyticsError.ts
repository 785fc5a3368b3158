import { ClickHouseError } from '@clickhouse/client'
import {
  AnalyticsError,
  AnalyticsTimeoutError,
  AnalyticsUnavailableError,
} from './AnalyticsError.ts'

const TIMEOUT_EXCEEDED = '159'
/** The server is full of statements, or of bytes. */
const PASSING = new Set(['202', '236', '243'])

const MOST_TEXT = 1000

/** Names what ClickHouse's client threw while `doing` something. */
export function toAnalyticsError(error: unknown, doing: string): AnalyticsError {
  if (error instanceof AnalyticsError) return error
  const said = error instanceof Error ? error.message.trim() : String(error)
  // ClickHouse repeats whole parameters in its texts.
  const message = `${doing}: ${said.length > MOST_TEXT ? `${said.slice(0, MOST_TEXT)}…` : said}`
  if (!(error instanceof ClickHouseError)) {
    return new AnalyticsUnavailableError(message, {
      code: 'analytics_unavailable',
      hint: 'Check that ClickHouse runs at CLICKHOUSE_URL.',
      cause: error,
    })
  }
  if (error.code === TIMEOUT_EXCEEDED) {
    return new AnalyticsTimeoutError(message, {
      code: 'analytics_timeout',
      hint: 'Ask for less at once.',
      cause: error,
    })
  }
  if (PASSING.has(error.code)) {
    return new AnalyticsUnavailableError(message, {
      code: 'analytics_unavailable',
      hint: 'Try again once the server has room.',
      cause: error,
    })
  }
  return new AnalyticsError(message, { code: `clickhouse_${error.code}`, cause: error })
}

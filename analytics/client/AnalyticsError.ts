import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/** ClickHouse could not be asked, or refused. */
export class AnalyticsError extends TributaryError {}

/** ClickHouse does not answer. Worth another try. */
export class AnalyticsUnavailableError extends AnalyticsError {}

/** A query used up its budget of time. */
export class AnalyticsTimeoutError extends AnalyticsError {}

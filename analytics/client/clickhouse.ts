import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'

/** ClickHouse's own client, set up for exact money and UTC. */
export type AnalyticsClient = ClickHouseClient

/**
 * Connects to ClickHouse over HTTP, embedded or not. Close it with `client.close()`.
 *
 * @param url `http(s)://[user:password@]host:port`, the configuration's `clickhouseUrl`
 * @example
 * const client = createAnalyticsClient(readConfiguration(process.env).clickhouseUrl)
 */
export function createAnalyticsClient(url: string): AnalyticsClient {
  return createClient({
    url,
    application: 'tributary',
    request_timeout: 65_000,
    max_open_connections: 8,
    // Hundreds of ids do not fit into a URL.
    use_multipart_params_auto: true,
    // The caller gets every error; the client's own log line would be the second telling.
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: {
      output_format_json_quote_64bit_integers: 1,
      output_format_json_quote_decimals: 1,
      date_time_output_format: 'simple',
    },
  })
}

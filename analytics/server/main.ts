import { resolve } from 'node:path'
import { ConfigurationError, readConfiguration } from '@tributary/protocol/config/configuration'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import { AnalyticsServer } from './AnalyticsServer.ts'

/** Runs the embedded ClickHouse until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  // The engine takes the zone of this process for every time without one; rows are in UTC.
  process.env.TZ = 'UTC'
  const { clickhouseUrl, dataFolder } = readConfiguration(process.env)
  const { protocol, hostname, port } = new URL(clickhouseUrl)
  if (protocol !== 'http:' || !['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) {
    throw new ConfigurationError(
      `the embedded ClickHouse cannot listen on ${protocol}//${hostname}`,
      {
        code: 'configuration_url',
        hint: 'It has no passwords and serves loopback only; give CLICKHOUSE_URL as http://127.0.0.1:<port>.',
      },
    )
  }
  const server = new AnalyticsServer({
    folder: resolve(dataFolder, 'clickhouse'),
    host: hostname.replace(/[[\]]/g, ''),
    port: Number(port === '' ? 80 : port),
  })
  const stop = () => void server.stop().then(() => process.exit(0))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  await server.start()
  console.log(`ClickHouse (chDB) on ${server.url}`)
}

main().catch((error) => {
  console.error(error instanceof TributaryError ? `${error.message}. ${error.hint ?? ''}` : error)
  process.exit(1)
})

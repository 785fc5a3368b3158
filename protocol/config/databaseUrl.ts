import type { Configuration } from './configuration.ts'

/** The databases of the one Postgres cluster: what each room owns. */
export type DatabaseName = 'indexer' | 'app' | 'jobs'

/**
 * The URL of one database of the cluster: the configured URL with its path replaced.
 *
 * @example
 * databaseUrl(readConfiguration(process.env), 'app')
 */
export function databaseUrl(
  configuration: Pick<Configuration, 'databaseUrl'>,
  name: DatabaseName,
): string {
  const url = new URL(configuration.databaseUrl)
  url.pathname = `/${name}`
  return url.toString()
}

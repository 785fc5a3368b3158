import { join } from 'node:path'
import { ConfigurationError, readConfiguration } from '@tributary/protocol/config/configuration'
import { createContentServer } from './cas/contentServer.ts'
import { createAvailabilityServer } from './da/availabilityServer.ts'
import { listenAt } from './http/listenAt.ts'

const STORES = ['cas', 'da']

/**
 * Serves the content-addressed store at CAS_URL (`cas`) and the Alt-DA store at DA_URL (`da`): those
 * that the command line names, or both. One that lies elsewhere must not be named.
 */
async function main(): Promise<void> {
  const { casUrl, daUrl, dataFolder } = readConfiguration(process.env)
  const wanted = storesOf(process.argv.slice(2))
  const content = wanted.has('cas') ? await createContentServer(join(dataFolder, 'cas')) : null
  const bodies = wanted.has('da') ? await createAvailabilityServer(join(dataFolder, 'da')) : null
  const stop = async () => {
    await Promise.all([content?.close(), bodies?.close()])
    process.exit(0)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  if (content !== null) await listenAt(content, casUrl, 'CAS_URL')
  if (bodies !== null) await listenAt(bodies, daUrl, 'DA_URL')
  const serving = [
    ...(content === null ? [] : [`content store at ${casUrl}`]),
    ...(bodies === null ? [] : [`Alt-DA store at ${daUrl}`]),
  ]
  console.log(`${serving.join(', ')}, data in ${dataFolder}`)
}

function storesOf(names: string[]): Set<string> {
  const unknown = names.find((name) => !STORES.includes(name))
  if (unknown !== undefined) {
    throw new ConfigurationError(`there is no store "${unknown}"`, {
      code: 'configuration_store',
      hint: `Name ${STORES.join(', ')} or nothing for both.`,
    })
  }
  return new Set(names.length === 0 ? STORES : names)
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

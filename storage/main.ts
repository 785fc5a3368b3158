import { join } from 'node:path'
import { readConfiguration } from '@tributary/protocol/config/configuration'
import { createContentServer } from './cas/contentServer.ts'
import { createAvailabilityServer } from './da/availabilityServer.ts'
import { listenAt } from './http/listenAt.ts'

/** Serves the content-addressed store at CAS_URL and the Alt-DA store at DA_URL. */
async function main(): Promise<void> {
  const { casUrl, daUrl, dataFolder } = readConfiguration(process.env)
  const servers = await Promise.all([
    createContentServer(join(dataFolder, 'cas')),
    createAvailabilityServer(join(dataFolder, 'da')),
  ])
  const stop = async () => {
    await Promise.all(servers.map((server) => server.close()))
    process.exit(0)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  await listenAt(servers[0], casUrl, 'CAS_URL')
  await listenAt(servers[1], daUrl, 'DA_URL')
  console.log(`content store at ${casUrl}, Alt-DA store at ${daUrl}, data in ${dataFolder}`)
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

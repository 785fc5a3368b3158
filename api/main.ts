import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfiguration } from '@tributary/protocol/config/configuration'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import { type Api, startApi } from './http/startApi.ts'

try {
  stopOnSignal(await start())
} catch (error) {
  if (!(error instanceof TributaryError)) throw error
  console.error(`api: ${error.message}${error.hint === null ? '' : `. ${error.hint}`}`)
  process.exit(1)
}

async function start(): Promise<Api> {
  const configuration = readConfiguration(process.env)
  const folder = dirname(fileURLToPath(import.meta.url))
  const api = await startApi({
    configuration,
    pages: join(folder, '..', 'dashboards', 'dist'),
    schema: await readFile(join(folder, 'graphql', 'schema.graphql'), 'utf8'),
  })
  console.log(`api: listening on ${configuration.apiUrl}`)
  return api
}

function stopOnSignal(api: Api): void {
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      void api.stop().then(() => process.exit(0))
    })
  }
}

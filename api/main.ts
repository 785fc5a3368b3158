import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfiguration } from '@tributary/protocol/config/configuration'
import { startApi } from './http/startApi.ts'

const configuration = readConfiguration(process.env)
const folder = dirname(fileURLToPath(import.meta.url))
const api = await startApi({
  configuration,
  pages: join(folder, '..', 'dashboards', 'dist'),
  schema: await readFile(join(folder, 'graphql', 'schema.graphql'), 'utf8'),
})
console.log(`api: listening on ${configuration.apiUrl}`)

let stopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) return
    stopping = true
    void api.stop().then(() => process.exit(0))
  })
}

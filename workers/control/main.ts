import { readConfiguration } from '@tributary/protocol/config/configuration'
import { databaseUrl } from '@tributary/protocol/config/databaseUrl'
import { log } from '../process/log.ts'
import { retryUntilStopped } from '../process/retryUntilStopped.ts'
import { stopSignal } from '../process/stopSignal.ts'
import { openControl } from './control.ts'
import { QUEUES } from './queues.ts'
import { createServer } from './server.ts'

const signal = stopSignal()
const configuration = readConfiguration(process.env)
const address = new URL(configuration.jobsUrl)

let control: Awaited<ReturnType<typeof openControl>> | undefined
const app = createServer(() => control, signal)
await app.listen({ host: address.hostname, port: Number(address.port || 80) })
control = await retryUntilStopped('control', 'the Postgres cluster', signal, () =>
  openControl(databaseUrl(configuration, 'jobs'), QUEUES),
)
if (control !== undefined) log('control', 'ready', { url: configuration.jobsUrl })

if (!signal.aborted) {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}
await app.close()
await control?.close()

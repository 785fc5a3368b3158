import { readConfiguration } from '@tributary/protocol/config/configuration'
import { databaseUrl } from '@tributary/protocol/config/databaseUrl'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type { FastifyInstance } from 'fastify'
import { log } from '../process/log.ts'
import { retryUntilStopped } from '../process/retryUntilStopped.ts'
import { runStage } from '../process/runStage.ts'
import { openControl } from './openControl.ts'
import { QUEUES } from './queues.ts'
import { createServer } from './server.ts'

await runStage('control', async (signal) => {
  const configuration = readConfiguration(process.env)
  let control: Awaited<ReturnType<typeof openControl>> | undefined
  const app = createServer(() => control, signal)
  await listen(app, configuration.jobsUrl)
  control = await retryUntilStopped('control', 'the Postgres cluster', signal, () =>
    openControl(databaseUrl(configuration, 'jobs'), QUEUES),
  )
  if (control !== undefined) log('control', 'ready', { url: configuration.jobsUrl })

  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  }
  await app.close()
  await control?.close()
})

async function listen(app: FastifyInstance, url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  try {
    await app.listen({ host: hostname, port: Number(port || 80) })
  } catch (cause) {
    await app.close()
    throw new TributaryError(`the job service cannot listen at ${url}`, {
      code: 'jobs_listen',
      hint: 'If the port is taken, give JOBS_URL or TRIBUTARY_PORT another one.',
      cause,
    })
  }
}

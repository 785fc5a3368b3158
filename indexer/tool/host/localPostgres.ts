import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Project } from '../project/project.ts'
import { ToolError } from '../toolError.ts'
import type { PostgresMessage } from './postgresServer.ts'

/** A Postgres server of this tool's own. */
export interface LocalPostgres {
  readonly url: string
  /** Where its data lies. */
  readonly folder: string
  stop(): Promise<void>
}

/** Where a project's own Postgres keeps its data. */
function postgresFolder(project: Project): string {
  if (process.getuid?.() !== 0) return join(project.cache, 'postgres')
  // Postgres does not run as root, and another user may not reach into root's folders.
  const name = createHash('sha256').update(project.folder).digest('hex').slice(0, 16)
  return join(tmpdir(), `tributary-subgraph-${name}`)
}

/** Starts a real Postgres from npm with the project's data, on a free port of this machine. */
export async function startLocalPostgres(project: Project): Promise<LocalPostgres> {
  const folder = postgresFolder(project)
  // A process of its own, and no part of the terminal's group: it ends once the channel to it is
  // closed, however this process ends, and not before.
  const server = fork(join(import.meta.dirname, 'postgresServer.ts'), [folder], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const said = await Promise.race([
    new Promise<PostgresMessage>((resolve) => {
      server.once('message', (message) => resolve(message as PostgresMessage))
    }),
    ended.then((): PostgresMessage => ({ failed: 'its process ended' })),
  ])
  if ('takenBy' in said) {
    throw new ToolError(
      `another command of this tool (process ${said.takenBy}) uses the Postgres in ${folder}: wait until \`dev\` has started or the command has ended, or set DATABASE_URL to use a Postgres of yours`,
    )
  }
  if ('failed' in said) {
    throw new ToolError(
      `the Postgres of this tool did not start in ${folder}: ${said.failed}\nSet DATABASE_URL to use a Postgres of yours, or remove the folder to begin anew.`,
    )
  }
  return {
    url: said.url,
    folder,
    stop: async () => {
      if (server.connected) server.disconnect()
      await ended
    },
  }
}

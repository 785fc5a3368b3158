import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What {@link measureLocal} indexes, and where to. */
export interface LocalRun {
  /** Folder of the compiled subgraph. */
  readonly build: string
  readonly rpcUrl: string
  /** Last block to index. */
  readonly last: number
  readonly databaseUrl: string
  readonly database: string
}

export interface LocalFigures {
  readonly seconds: number
  /** Of the host's own process, on all its threads. */
  readonly cpuSeconds: number
  /** Events that the subgraph handled. */
  readonly events: number
}

const run = promisify(execFile)

/** Indexes a chain whose data is already fetched, in a process of its own. */
export async function measureLocal(task: LocalRun): Promise<LocalFigures> {
  const script = join(import.meta.dirname, 'localHost.ts')
  const { stdout } = await run(process.execPath, [script, JSON.stringify(task)])
  return JSON.parse(stdout.trim().split('\n').at(-1) as string)
}

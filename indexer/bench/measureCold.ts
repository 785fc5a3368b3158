import { startPostgres } from '../testing/startPostgres.ts'
import { type HostTask, type MeasuredHost, peakMemory } from './measuredHost.ts'
import { measureQueries, type QueryFigures } from './measureQueries.ts'
import { checkWork, type Work } from './work.ts'

/** Starts a host on a task. */
export type HostStarter = (task: HostTask) => Promise<MeasuredHost>

export interface ColdFigures {
  readonly seconds: number
  /** Of the host's process, without Postgres. */
  readonly rssMiB: number
  /** Null for a host of another dialect, or one that was not asked. */
  readonly queries: QueryFigures | null
}

/** How often a host is asked where it stands. */
const LOOK_MS = 20
const MOST_MS = 1_800_000

/**
 * Indexes a chain with a host and an empty Postgres of its own, looks whether it has done so, and
 * then asks it.
 */
export async function measureCold(
  name: string,
  start: HostStarter,
  task: Omit<HostTask, 'databaseUrl'>,
  work: Work,
  asked: { readonly accounts: readonly string[]; readonly queries: number } | null,
): Promise<ColdFigures> {
  const postgres = await startPostgres()
  let host: MeasuredHost | null = null
  try {
    host = await start({ ...task, databaseUrl: postgres.url })
    while (!(await host.isIndexed())) {
      if (performance.now() - host.begun > MOST_MS) throw new Error('a host came to no end')
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    const seconds = (performance.now() - host.begun) / 1_000
    const rssMiB = await peakMemory(host.pid)
    await checkWork(name, host.tables, work)
    const queries =
      host.queryUrl === null || asked === null
        ? null
        : await measureQueries(host.queryUrl, asked.accounts, task.last, asked.queries)
    return { seconds, rssMiB, queries }
  } finally {
    await host?.stop()
    await postgres.stop()
  }
}

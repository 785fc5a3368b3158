import { startPostgres } from '../testing/startPostgres.ts'
import { describeCold } from './compareHosts.ts'
import type { Say } from './hostName.ts'
import { type ColdFigures, measureCold } from './measureCold.ts'
import { type LocalFigures, measureLocal } from './measureLocal.ts'
import { startTributary } from './tributaryHost.ts'
import { expectedWork } from './work.ts'

/** What this host indexes with no other beside it. */
export interface AloneRun {
  /** Folders of compiled subgraphs, by the names of what they do; `accounts` is one of them. */
  readonly builds: ReadonlyMap<string, string>
  readonly rpcUrl: string
  /** The token's. */
  readonly address: string
  readonly last: number
  /** The token's transfers up to that block. */
  readonly events: number
  readonly rounds: number
  readonly say: Say
}

export interface Alone {
  /** Of each round, by the names of the subgraphs. */
  readonly local: ReadonlyMap<string, readonly LocalFigures[]>
  /** Of `accounts` from the RPC. */
  readonly whole: ColdFigures
}

/** Has this host index a chain: each subgraph from memory in each round, and one from the RPC. */
export async function measureAlone(run: AloneRun): Promise<Alone> {
  const { builds, rpcUrl, address, last, events, say } = run
  const local = new Map<string, LocalFigures[]>()
  for (let round = 1; round <= run.rounds; round++) {
    for (const [workload, build] of builds) {
      const postgres = await startPostgres()
      const task = { build, rpcUrl, last, databaseUrl: postgres.url, database: 'bench' }
      const figures = await measureLocal(task).finally(postgres.stop)
      local.set(workload, [...(local.get(workload) ?? []), figures])
      const rate = Math.round(figures.events / figures.seconds)
      const perCpu = Math.round(figures.events / figures.cpuSeconds)
      say(
        `round ${round}: local ${workload} ${rate} of ${figures.events} events/s, ${perCpu} for a second of its CPU`,
      )
    }
  }
  const build = builds.get('accounts') as string
  const work = await expectedWork(rpcUrl, address, last)
  const task = { build, rpcUrl, address, last }
  const whole = await measureCold('tributary', startTributary, task, work, null)
  say(`the whole chain: tributary ${describeCold(whole, events)}`)
  return { local, whole }
}

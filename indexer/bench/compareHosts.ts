import type { HostName, Say } from './hostName.ts'
import { type ColdFigures, type HostStarter, measureCold } from './measureCold.ts'
import type { HostTask } from './measuredHost.ts'
import { measureLimit } from './measureLimit.ts'
import { differentAnswers } from './measureQueries.ts'
import { expectedWork } from './work.ts'

/** What is compared, and how. */
export interface ComparedRun {
  readonly hosts: ReadonlyMap<HostName, HostStarter>
  readonly task: Omit<HostTask, 'databaseUrl'>
  /** Transfers up to the task's last block. */
  readonly events: number
  /** Those that hold the token, as ids of the subgraph. */
  readonly accounts: readonly string[]
  /** Queries for each number of clients. */
  readonly queries: number
  readonly rounds: number
  readonly say: Say
}

export interface Comparison {
  /** Of each round. */
  readonly cold: ReadonlyMap<HostName, readonly ColdFigures[]>
  /** Seconds of each round in which all was fetched and parsed. */
  readonly limits: readonly number[]
  /** This host's answers, and how many of them were graph-node's. */
  readonly answers: { readonly equal: number; readonly compared: number }
}

/** Has hosts index the same blocks and answer the same queries, in rounds of taking turns. */
export async function compareHosts(run: ComparedRun): Promise<Comparison> {
  const { hosts, task, events, say } = run
  const cold = new Map<HostName, ColdFigures[]>()
  const limits: number[] = []
  const answers = { equal: 0, compared: 0 }
  const work = await expectedWork(task.rpcUrl, task.address, task.last)
  for (let round = 1; round <= run.rounds; round++) {
    const limit = await measureLimit(task.rpcUrl, task.address, task.last)
    limits.push(limit)
    say(`round ${round}: limit ${Math.round(events / limit)} events/s`)
    for (const [name, start] of hosts) {
      const figures = await measureCold(name, start, task, work, run)
      cold.set(name, [...(cold.get(name) ?? []), figures])
      say(`round ${round}: ${name} ${describeCold(figures, events)}`)
    }
    const own = cold.get('tributary')?.at(-1)?.queries
    const other = cold.get('graphNode')?.at(-1)?.queries
    if (!own || !other) continue
    const differing = differentAnswers(own, other)
    answers.compared += own.answers.length
    answers.equal += own.answers.length - differing.length
    if (differing.length > 0) {
      console.error(`${differing.length} ANSWERS DIFFER FROM GRAPH-NODE'S, FIRST: ${differing[0]}`)
    }
  }
  return { cold, limits, answers }
}

/** A line on how a host did with so many events. */
export function describeCold({ seconds, rssMiB, queries }: ColdFigures, events: number): string {
  const indexed = `${Math.round(events / seconds)} events/s, ${rssMiB} MiB`
  if (queries === null) return indexed
  const [one, many] = [queries.alone.all, queries.sixteen.all].map(
    ({ p50, p99 }) => `p50 ${p50.toFixed(1)} ms p99 ${p99.toFixed(1)} ms`,
  )
  return `${indexed}, queries ${one}, of 16 clients ${many}`
}

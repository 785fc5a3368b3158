/**
 * How fast this host indexes and answers, beside graph-node (`GRAPH_NODE_BIN`) and Ponder, which is
 * installed into a folder of the benchmark's own. Its last line is JSON. See README.md.
 */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '../testing/startPostgres.ts'
import { buildWorkload, type Workload } from './buildWorkload.ts'
import { startGraphNode } from './graphNodeHost.ts'
import { type ColdFigures, type HostStarter, measureCold } from './measureCold.ts'
import { measureLimit } from './measureLimit.ts'
import { measureLocal } from './measureLocal.ts'
import type { Percentiles, QueryFigures } from './measureQueries.ts'
import { installPonder, startPonder } from './ponderHost.ts'
import { startTokenChain } from './tokenChain.ts'
import { startTributary } from './tributaryHost.ts'

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    events: { type: 'string', default: '200000' },
    blocks: { type: 'string', default: '20000' },
    'shared-events': { type: 'string', default: '30000' },
    'shared-blocks': { type: 'string', default: '2000' },
    accounts: { type: 'string', default: '2000' },
    queries: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    'without-ponder': { type: 'boolean', default: false },
  },
})
const events = Number(flags.events)
const blocks = Number(flags.blocks)
const sharedEvents = Number(flags['shared-events'])
const sharedBlocks = Number(flags['shared-blocks'])
const rounds = Number(flags.rounds)

function say(message: string): void {
  if (!flags.json) console.log(message)
}

const hosts = new Map<'tributary' | 'graphNode' | 'ponder', HostStarter>([
  ['tributary', startTributary],
])
const binary = process.env.GRAPH_NODE_BIN
if (binary) hosts.set('graphNode', (task) => startGraphNode(binary, task))
else console.error('GRAPH_NODE_BIN IS NOT SET: GRAPH-NODE IS LEFT OUT OF THE COMPARISON')
if (flags['without-ponder']) console.error('PONDER IS LEFT OUT OF THE COMPARISON')
else {
  const folder = join(homedir(), '.cache', 'tributary', 'bench-ponder')
  say(`Ponder ${await installPonder(folder)} is in ${folder}`)
  hosts.set('ponder', (task) => startPonder(folder, task))
}

const chain = await startTokenChain(Number(flags.accounts))
const builds = new Map<Workload, string>()
for (const workload of ['append', 'accounts'] as const) {
  builds.set(workload, await buildWorkload(workload, chain.address))
}
const build = builds.get('accounts') as string
const shared = await chain.extend({ blocks: sharedBlocks, events: sharedEvents })
say(`a chain of ${shared} blocks with ${sharedEvents} transfers`)

const cold = new Map<string, ColdFigures[]>()
const limits: number[] = []
for (let round = 1; round <= rounds; round++) {
  const limit = await measureLimit(chain.url, chain.address, shared)
  limits.push(sharedEvents / limit)
  say(`round ${round}: limit ${Math.round(sharedEvents / limit)} events/s`)
  for (const [name, start] of hosts) {
    const task = { build, rpcUrl: chain.url, address: chain.address, last: shared }
    const asked = { accounts: chain.accounts, queries: Number(flags.queries) }
    const figures = await measureCold(start, task, asked)
    cold.set(name, [...(cold.get(name) ?? []), figures])
    say(`round ${round}: ${name} ${describe(figures)}`)
  }
}

const last = await chain.extend({ blocks: blocks - sharedBlocks, events: events - sharedEvents })
say(`a chain of ${last} blocks with ${events} transfers`)
const local = { append: [] as number[], accounts: [] as number[] }
for (let round = 1; round <= rounds; round++) {
  for (const [workload, folder] of builds) {
    const postgres = await startPostgres()
    const task = { build: folder, rpcUrl: chain.url, address: chain.address, last }
    const figures = await measureLocal({
      ...task,
      databaseUrl: postgres.url,
      database: 'bench',
    })
    await postgres.stop()
    local[workload].push(figures.events / figures.seconds)
    const perCpu = Math.round(figures.events / figures.cpuSeconds)
    const rate = Math.round(figures.events / figures.seconds)
    say(`round ${round}: local ${workload} ${rate} events/s, ${perCpu} for a second of its CPU`)
  }
}
await chain.stop()

const rate = (name: string) => cold.get(name)?.map(({ seconds }) => sharedEvents / seconds) ?? []
const named = <Value>(of: (name: string) => Value) => ({
  tributary: of('tributary'),
  graphNode: of('graphNode'),
  ponder: of('ponder'),
})
const report = {
  cold: { ...named((name) => median(rate(name))), limit: median(limits) },
  local: { append: median(local.append), accounts: median(local.accounts) },
  query: { tributary: queries('tributary'), graphNode: queries('graphNode') },
  rssMiB: named((name) => median(cold.get(name)?.map(({ rssMiB }) => rssMiB) ?? [])),
  spread: {
    cold: { ...named((name) => spread(rate(name))), limit: spread(limits) },
    local: { append: spread(local.append), accounts: spread(local.accounts) },
  },
}
console.log(JSON.stringify(report))
// What the programs of the benchmark left open is of no interest any more.
process.exit(0)

/** Milliseconds; with one client, and with sixteen beside them. */
function queries(name: string): (Percentiles & { readonly sixteen: Percentiles }) | null {
  const all = (cold.get(name) ?? []).flatMap(({ queries }) => queries ?? [])
  if (all.length === 0) return null
  const middle = (of: (figures: QueryFigures) => number) =>
    Number((median(all.map(of)) as number).toFixed(2))
  return {
    p50: middle(({ alone }) => alone.p50),
    p99: middle(({ alone }) => alone.p99),
    sixteen: {
      p50: middle(({ sixteen }) => sixteen.p50),
      p99: middle(({ sixteen }) => sixteen.p99),
    },
  }
}

function describe({ seconds, rssMiB, queries }: ColdFigures): string {
  const asked =
    queries === null
      ? ''
      : `, queries p50 ${queries.alone.p50.toFixed(1)} ms p99 ${queries.alone.p99.toFixed(1)} ms, of 16 clients ${queries.sixteen.p50.toFixed(1)} and ${queries.sixteen.p99.toFixed(1)}`
  return `${Math.round(sharedEvents / seconds)} events/s, ${rssMiB} MiB${asked}`
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const value = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return value < 100 ? value : Math.round(value)
}

/** The least and the most. */
function spread(values: readonly number[]): [number, number] | null {
  if (values.length === 0) return null
  return [Math.round(Math.min(...values)), Math.round(Math.max(...values))]
}

/**
 * How fast this host indexes and answers, beside graph-node (`GRAPH_NODE_BIN`) and Ponder, which is
 * installed into a folder of the benchmark's own. Its last line is JSON. See README.md.
 */
import { writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { startPostgres } from '../testing/startPostgres.ts'
import { buildWorkload } from './buildWorkload.ts'
import { drawChart } from './drawChart.ts'
import { startGraphNode } from './graphNodeHost.ts'
import { type ColdFigures, type HostStarter, measureCold } from './measureCold.ts'
import { measureLimit } from './measureLimit.ts'
import { measureLocal } from './measureLocal.ts'
import { differentAnswers, type Percentiles, type QueryFigures } from './measureQueries.ts'
import { installPonder, startPonder } from './ponderHost.ts'
import { startTokenChain } from './tokenChain.ts'
import type { Traffic } from './traffic.ts'
import { startTributary } from './tributaryHost.ts'
import { expectedWork } from './work.ts'

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    events: { type: 'string' },
    blocks: { type: 'string' },
    'shared-events': { type: 'string' },
    'shared-blocks': { type: 'string' },
    'own-events': { type: 'string' },
    accounts: { type: 'string' },
    queries: { type: 'string' },
    rounds: { type: 'string' },
    own: { type: 'string' },
    traffic: { type: 'string' },
    chart: { type: 'string' },
    'without-ponder': { type: 'boolean', default: false },
  },
})
type Size = 'events' | 'blocks' | 'shared-events' | 'shared-blocks' | 'own-events' | 'accounts'
const FULL: Record<Size | 'queries' | 'rounds', number> = {
  events: 200_000,
  blocks: 20_000,
  'shared-events': 30_000,
  'shared-blocks': 2_000,
  'own-events': 100_000,
  accounts: 2_000,
  queries: 1_000,
  rounds: 3,
}
const QUICK: typeof FULL = {
  events: 2_000,
  blocks: 200,
  'shared-events': 1_000,
  'shared-blocks': 100,
  'own-events': 1_000,
  accounts: 200,
  queries: 40,
  rounds: 1,
}
const size = (name: keyof typeof FULL) => Number(flags[name] ?? (flags.quick ? QUICK : FULL)[name])
const rounds = size('rounds')

function say(message: string): void {
  if (!flags.json) console.log(message)
}

type Host = 'tributary' | 'graphNode' | 'ponder'
const hosts = new Map<Host, HostStarter>([['tributary', startTributary]])
const binary = process.env.GRAPH_NODE_BIN
if (binary) hosts.set('graphNode', (task) => startGraphNode(binary, task))
else console.error('GRAPH_NODE_BIN IS NOT SET: GRAPH-NODE IS LEFT OUT OF THE COMPARISON')
if (flags['without-ponder']) console.error('PONDER IS LEFT OUT OF THE COMPARISON')
else {
  const folder = join(homedir(), '.cache', 'tributary', 'bench-ponder')
  say(`Ponder ${await installPonder(folder)} is in ${folder}`)
  hosts.set('ponder', (task) => startPonder(folder, task))
}
const traffic: Traffic | null = flags.traffic
  ? (await import(pathToFileURL(resolve(flags.traffic)).href)).traffic
  : null

const chain = await startTokenChain(size('accounts'))
const build = await buildWorkload('accounts', chain.address)
const builds = new Map([
  ['append', await buildWorkload('append', chain.address)],
  ['accounts', build],
])
if (flags.own) builds.set('own', resolve(flags.own))
const sharedEvents = size('shared-events')
const sharedBlocks = size('shared-blocks')
const shared = await chain.extend({ blocks: sharedBlocks, events: sharedEvents })
say(`a chain of ${shared} blocks with ${sharedEvents} transfers`)

const cold = new Map<Host, ColdFigures[]>()
const limits: number[] = []
let [equal, compared] = [0, 0]
const work = await expectedWork(chain.url, chain.address, shared)
for (let round = 1; round <= rounds; round++) {
  const limit = await measureLimit(chain.url, chain.address, shared)
  limits.push(sharedEvents / limit)
  say(`round ${round}: limit ${Math.round(sharedEvents / limit)} events/s`)
  for (const [name, start] of hosts) {
    const task = { build, rpcUrl: chain.url, address: chain.address, last: shared }
    const asked = { accounts: chain.accounts, queries: size('queries') }
    const figures = await measureCold(name, start, task, work, asked)
    cold.set(name, [...(cold.get(name) ?? []), figures])
    say(`round ${round}: ${name} ${describe(figures, sharedEvents)}`)
  }
  const [own, other] = [queriesOf('tributary').at(-1), queriesOf('graphNode').at(-1)]
  if (own === undefined || other === undefined) continue
  const differing = differentAnswers(own, other)
  compared += own.answers.length
  equal += own.answers.length - differing.length
  if (differing.length > 0) {
    console.error(`${differing.length} ANSWERS DIFFER FROM GRAPH-NODE'S, FIRST: ${differing[0]}`)
  }
}

const ownEvents = traffic === null ? 0 : size('own-events')
const last = await chain.extend({
  blocks: size('blocks') - sharedBlocks,
  events: size('events') - sharedEvents,
  ...(traffic && { other: { traffic, events: ownEvents } }),
})
say(`a chain of ${last} blocks with ${size('events')} transfers and ${ownEvents} other events`)
const local = new Map<string, number[]>()
for (let round = 1; round <= rounds; round++) {
  for (const [workload, folder] of builds) {
    const postgres = await startPostgres()
    const task = { build: folder, rpcUrl: chain.url, last, databaseUrl: postgres.url }
    const figures = await measureLocal({ ...task, database: 'bench' })
    await postgres.stop()
    const rate = figures.events / figures.seconds
    local.set(workload, [...(local.get(workload) ?? []), rate])
    const perCpu = Math.round(figures.events / figures.cpuSeconds)
    say(
      `round ${round}: local ${workload} ${Math.round(rate)} of ${figures.events} events/s, ${perCpu} for a second of its CPU`,
    )
  }
}
const whole = await measureCold(
  'tributary',
  startTributary,
  { build, rpcUrl: chain.url, address: chain.address, last },
  await expectedWork(chain.url, chain.address, last),
  null,
)
say(`the whole chain: tributary ${describe(whole, size('events'))}`)
await chain.stop()

const rates = (name: Host) => cold.get(name)?.map(({ seconds }) => sharedEvents / seconds) ?? []
const named = <Value>(of: (name: Host) => Value) => ({
  tributary: of('tributary'),
  graphNode: of('graphNode'),
  ponder: of('ponder'),
})
const rss = (name: Host) => median(cold.get(name)?.map(({ rssMiB }) => rssMiB) ?? [])
const locally = (name: string) => local.get(name) ?? []
const queries = (name: Host, clients: 'alone' | 'sixteen') => {
  const all = queriesOf(name).map((figures) => figures[clients])
  return all.length === 0 ? null : middle(all)
}
const report = {
  cold: { ...named((name) => median(rates(name))), limit: median(limits) },
  local: { append: median(locally('append')), accounts: median(locally('accounts')) },
  query: { tributary: queries('tributary', 'alone'), graphNode: queries('graphNode', 'alone') },
  rssMiB: named(rss),
  more: {
    answers: { equal, compared },
    local: { own: median(locally('own')) },
    query16: {
      tributary: queries('tributary', 'sixteen'),
      graphNode: queries('graphNode', 'sixteen'),
    },
    whole: { events: Math.round(size('events') / whole.seconds), rssMiB: whole.rssMiB },
    spread: {
      cold: { ...named((name) => spread(rates(name))), limit: spread(limits) },
      local: {
        append: spread(locally('append')),
        accounts: spread(locally('accounts')),
        own: spread(locally('own')),
      },
    },
  },
}
if (flags.chart) {
  const date = new Date().toISOString().slice(0, 10)
  await writeFile(flags.chart, drawChart(report, date))
}
console.log(JSON.stringify(report))
// What the programs of the benchmark left open is of no interest any more.
process.exit(0)

function queriesOf(name: Host): QueryFigures[] {
  return (cold.get(name) ?? []).flatMap(({ queries }) => queries ?? [])
}

/** Milliseconds. */
function middle(all: readonly Percentiles[]): Percentiles {
  const of = (part: keyof Percentiles) => {
    const sorted = all.map((one) => one[part]).toSorted((one, other) => one - other)
    return Number(sorted[Math.floor((sorted.length - 1) / 2)].toFixed(2))
  }
  return { p50: of('p50'), p99: of('p99') }
}

function describe({ seconds, rssMiB, queries }: ColdFigures, events: number): string {
  const asked =
    queries === null
      ? ''
      : `, queries p50 ${queries.alone.p50.toFixed(1)} ms p99 ${queries.alone.p99.toFixed(1)} ms, of 16 clients ${queries.sixteen.p50.toFixed(1)} and ${queries.sixteen.p99.toFixed(1)}`
  return `${Math.round(events / seconds)} events/s, ${rssMiB} MiB${asked}`
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  return Math.round(
    sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
  )
}

/** The least and the most. */
function spread(values: readonly number[]): [number, number] | null {
  if (values.length === 0) return null
  return [Math.round(Math.min(...values)), Math.round(Math.max(...values))]
}

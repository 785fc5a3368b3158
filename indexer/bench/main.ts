/**
 * How fast this host indexes and answers, beside graph-node (`GRAPH_NODE_BIN`) and Ponder, which is
 * installed into a folder of the benchmark's own. Its last line is JSON. See README.md.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { buildWorkload } from './buildWorkload.ts'
import { compareHosts } from './compareHosts.ts'
import { drawChart } from './drawChart.ts'
import { fillIn } from './fillIn.ts'
import { startGraphNodeHost } from './graphNodeHost.ts'
import type { HostName } from './hostName.ts'
import { measureAlone } from './measureAlone.ts'
import type { HostStarter } from './measureCold.ts'
import { installPonder, startPonder } from './ponderHost.ts'
import { makeReport } from './report.ts'
import { startTokenChain } from './tokenChain.ts'
import type { Traffic } from './traffic.ts'
import { startTributary } from './tributaryHost.ts'

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
    only: { type: 'string' },
    with: { type: 'string' },
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
if (flags.only !== undefined && !['shared', 'whole'].includes(flags.only)) {
  console.error('--only is shared (all hosts on the first blocks) or whole (this host alone)')
  process.exit(2)
}
/** What a run of the other part printed. */
const earlier: unknown =
  flags.with && JSON.parse((await readFile(flags.with, 'utf8')).trim().split('\n').at(-1) as string)

function say(message: string): void {
  if (!flags.json) console.log(message)
}

const chain = await startTokenChain(size('accounts'))
const build = await buildWorkload('accounts', chain.address)
const { url: rpcUrl, address } = chain
const sharedBlocks = size('shared-blocks')
const events = { shared: size('shared-events'), whole: size('events') }
const shared = await chain.extend({ blocks: sharedBlocks, events: events.shared })
say(`a chain of ${shared} blocks with ${events.shared} transfers`)
const compared = flags.only === 'whole' ? null : await compareAll()
const alone = flags.only === 'shared' ? null : await measureWhole()
await chain.stop()

const measured = makeReport(compared, alone, events)
const report = fillIn(measured, earlier)
if (flags.chart) {
  const date = new Date().toISOString().slice(0, 10)
  await writeFile(flags.chart, drawChart(report, date))
}
console.log(JSON.stringify(report))
// What the programs of the benchmark left open is of no interest any more.
process.exit(0)

async function compareAll() {
  const hosts = new Map<HostName, HostStarter>([['tributary', startTributary]])
  const binary = process.env.GRAPH_NODE_BIN
  if (binary) hosts.set('graphNode', (task) => startGraphNodeHost(binary, task))
  else console.error('GRAPH_NODE_BIN IS NOT SET: GRAPH-NODE IS LEFT OUT OF THE COMPARISON')
  if (flags['without-ponder']) console.error('PONDER IS LEFT OUT OF THE COMPARISON')
  else {
    const folder = join(homedir(), '.cache', 'tributary', 'bench-ponder')
    say(`Ponder ${await installPonder(folder)} is in ${folder}`)
    hosts.set('ponder', (task) => startPonder(folder, task))
  }
  const task = { build, rpcUrl, address, last: shared }
  const asked = { accounts: chain.accounts, queries: size('queries') }
  return compareHosts({ hosts, task, events: events.shared, ...asked, rounds, say })
}

async function measureWhole() {
  const builds = new Map([
    ['append', await buildWorkload('append', address)],
    ['accounts', build],
  ])
  if (flags.own) builds.set('own', resolve(flags.own))
  const traffic: Traffic | null = flags.traffic
    ? (await import(pathToFileURL(resolve(flags.traffic)).href)).traffic
    : null
  const ownEvents = traffic === null ? 0 : size('own-events')
  const last = await chain.extend({
    blocks: size('blocks') - sharedBlocks,
    events: events.whole - events.shared,
    ...(traffic && { other: { traffic, events: ownEvents } }),
  })
  say(`a chain of ${last} blocks with ${events.whole} transfers and ${ownEvents} other events`)
  return measureAlone({ builds, rpcUrl, address, last, events: events.whole, rounds, say })
}

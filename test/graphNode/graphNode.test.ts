/**
 * The API, the workers and the command line on a real graph-node in the place of the embedded host:
 * the loop comes to its end, every page finds its data, and every query that any of them sent is
 * answered by both hosts alike. Needs GRAPH_NODE_BIN.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SampleResult } from '@tributary/cli/sample/result/SampleResult'
import { freePortRange } from '@tributary/stack/ports/freePortRange'
import { until } from '../badInput/until.ts'
import { brokenEqualities } from '../faults/brokenEqualities.ts'
import { RunningSystem } from '../faults/RunningSystem.ts'
import { tinyModel } from '../faults/tinyModel.ts'
import { askGraphql } from '../loop/askGraphql.ts'
import { loopClient } from '../loop/loopClient.ts'
import { root } from '../loop/system.ts'
import { boundBuild } from './boundBuild.ts'
import { everyPage } from './everyPage.ts'
import { askSubgraph, type RecordingProxy, startRecordingProxy } from './recordingProxy.ts'

const binary = process.env.GRAPH_NODE_BIN
const NAME = 'tributary'
const HEAD = JSON.stringify({ query: '{ _meta { block { number hash } } }' })

if (!binary) {
  const why = 'LEFT OUT: GRAPH_NODE_BIN names no graph-node, so nothing ran on one'
  console.error(why)
  test('the API on a graph-node', { skip: why })
} else {
  let system: RunningSystem
  let folder: string
  let proxy: RecordingProxy
  const hosts: ChildProcess[] = []
  /** The query URLs of both hosts. */
  let graphNode: string
  let embedded: string
  let result: SampleResult | null

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tributary-graph-node-'))
    proxy = await startRecordingProxy(`/subgraphs/name/${NAME}`)
    const given = { SUBGRAPH_URL: proxy.url }
    system = await RunningSystem.start(await tinyModel(), undefined, given)
    const port = await freePortRange()
    graphNode = `http://127.0.0.1:${port}/subgraphs/name/${NAME}`
    embedded = `http://127.0.0.1:${port + 1}/subgraphs/name/${NAME}`
    proxy.target = graphNode

    const networks = join(system.dataFolder, 'networks.json')
    const build = join(folder, 'build')
    await boundBuild(root, networks, build)
    const { RPC_URL, DATABASE_URL } = system.urls
    const flags = { postgres: DATABASE_URL, rpc: RPC_URL, network: NAME, name: NAME, build, port }
    const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)])
    hosts.push(start(['indexer/parity/serveGraphNode.ts', ...args], { GRAPH_NODE_BIN: binary }))
    hosts.push(
      start(['indexer/main.ts'], {
        RPC_URL,
        DATABASE_URL,
        SUBGRAPH_BUILD: build,
        SUBGRAPH_NAME: NAME,
        SUBGRAPH_URL: embedded,
      }),
    )
    for (const url of [graphNode, embedded]) {
      await until(`${url} is indexed`, async () => (await head(url)) !== null, 180)
    }
    ;({ result } = await loopClient(system.env, ['--plan', 'small'], console.error))
  })

  after(async () => {
    for (const host of hosts) {
      if (host.exitCode !== null || host.signalCode !== null) continue
      host.kill('SIGTERM')
      await once(host, 'exit')
    }
    await proxy?.close()
    await system?.remove()
    await rm(folder, { recursive: true, force: true })
  })

  test('the loop comes to its end', () => {
    assert.equal(result?.ok, true)
    assert.equal(result.subgraphWei, result.contractWei)
    assert.deepEqual(result.verify, { honest: true, tampered: false })
  })

  test('vectors, fees, ledger, subgraph and contract agree', async () => {
    await until('everything agrees', async () => (await brokenEqualities(system)).length === 0, 90)
  })

  test('every page finds its data', async () => {
    await everyPage((query, variables) => askGraphql(system.urls.API_URL, query, variables))
  })

  test('both hosts answer alike whatever anybody has asked', async (t) => {
    assert.ok(proxy.bodies.size > 30, `${proxy.bodies.size} different requests`)
    await stopMining(system.urls.RPC_URL)
    await until('both stand at one block', async () => {
      const [one, other] = await Promise.all([head(graphNode), head(embedded)])
      return one !== null && one === other
    })
    const hash = JSON.parse((await head(graphNode)) ?? '').data._meta.block.hash as string
    const bodies = new Set([...proxy.bodies].map((body) => atBlock(body, hash)))
    t.diagnostic(`${bodies.size} different requests`)
    for (const body of bodies) {
      const [one, other] = await Promise.all([
        askSubgraph(graphNode, body),
        askSubgraph(embedded, body),
      ])
      assert.deepEqual(JSON.parse(other.text), JSON.parse(one.text), body)
    }
  })

  /** Where a host stands, as JSON; null where it answers nothing yet. */
  async function head(url: string): Promise<string | null> {
    const answer = await askSubgraph(url, HEAD).catch(() => null)
    return answer?.text.includes('"hash":"0x') ? answer.text : null
  }

  function start(args: string[], env: Record<string, string>): ChildProcess {
    const { PATH = '', HOME = '', TMPDIR = tmpdir() } = process.env
    return spawn(process.execPath, args, {
      cwd: root,
      env: { PATH, HOME, TMPDIR, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
  }
}

/** A request at another block, if it names one: which older ones a host still knows by hash differs. */
function atBlock(body: string, hash: string): string {
  const { query, variables } = JSON.parse(body)
  if (!/^0x[0-9a-f]{64}$/.test(variables?.block ?? '')) return body
  return JSON.stringify({ query, variables: { ...variables, block: hash } })
}

/** No block comes any more, and the last one has been there for a moment. */
async function stopMining(rpcUrl: string): Promise<void> {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'evm_setIntervalMining',
    params: [0],
  })
  await fetch(rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  await sleep(3_000)
}

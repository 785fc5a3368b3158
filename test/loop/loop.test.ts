/**
 * The loop end to end, with the real base model and every embedded part: what a person gets from
 * `npm run demo`, the pages over it, and what happens when one source of money lies.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkMoney } from '@tributary/cli/sample/money/checkMoney'
import { readMoney } from '@tributary/cli/sample/money/readMoney'
import type { SampleResult } from '@tributary/cli/sample/result/SampleResult'
import { runCommand } from '@tributary/cli/testing/runCommand'
import { readDeployment } from '@tributary/contracts/deployment/readDeployment'
import { JsonRpcProvider } from 'ethers'
import { checkPages } from '../browser/checkPages.ts'
import { askGraphql } from './askGraphql.ts'
import { changeOneRow } from './changeOneRow.ts'
import { loopClient } from './loopClient.ts'
import { type System, startSystem } from './system.ts'
import { tellsTheTruth } from './tellsTheTruth.ts'

/** Draws the questions and the adapter's first matrices. */
const seed = process.env.LOOP_SEED ?? '1'

let system: System
let result: SampleResult
let code: number

before(async () => {
  system = await startSystem((line) => console.log(line))
  await system.stack.allReady
  const run = await loopClient(system.stack.env, ['--plan', 'demo', '--seed', seed], console.error)
  assert.ok(run.result, `the sample loop ended with code ${run.code} and without a result`)
  result = run.result
  code = run.code
  console.log(`LOOP_SEED=${seed} ${JSON.stringify(result)}`)
})

after(async () => {
  await system?.remove()
})

test('the loop runs to its end and finds nothing wrong', () => {
  assert.equal(code, 0)
  assert.equal(result.ok, true)
  assert.ok((result.contributors ?? 0) >= 50, `${result.contributors} contributors`)
  assert.equal(result.answers?.length, 16)
  assert.equal(result.inferences, 32)
})

test('every vector sums to a million, and every wei of the fees is accounted for', () => {
  assert.equal(result.ppmSum, 1_000_000)
  const others = Object.values(result.otherWei ?? {}).reduce((sum, wei) => sum + BigInt(wei), 0n)
  assert.equal(BigInt(result.contributorWei ?? 0) + others, BigInt(result.feeWei ?? -1))
  assert.equal(result.pendingWei, '0')
})

test('ledger, subgraph and contract agree on what was paid, to the wei', () => {
  assert.ok(BigInt(result.contractWei ?? 0) > 0n)
  assert.equal(result.ledgerWei, result.contractWei)
  assert.equal(result.subgraphWei, result.contractWei)
})

test('the honest receipt verifies, one with a single changed share does not', () => {
  assert.deepEqual(result.verify, { honest: true, tampered: false })
})

test('of an answer by the adapter everything is recomputed from public data', async () => {
  const { inferences } = await askGraphql<{
    inferences: { nodes: { requestId: string; model: { kind: string } }[] }
  }>(system.stack.urls.API_URL, '{ inferences(first: 10) { nodes { requestId model { kind } } } }')
  const answer = inferences.nodes.find(({ model }) => model.kind === 'adapter')
  assert.ok(answer)
  const { code, json } = await runCommand(['verify', answer.requestId, '--json'], system.stack.env)
  assert.equal(code, 0)
  const open = json.checks.filter(({ ok }: { ok: boolean | null }) => ok !== true)
  assert.deepEqual(open, [])
})

tellsTheTruth(() => ({ result, apiUrl: system.stack.urls.API_URL }))

test('four pages say what happened to somebody who reads them', async () => {
  await checkPages({ apiUrl: system.stack.urls.API_URL })
})

test('a single changed row in any source is noticed', async () => {
  const deployment = await readDeployment(join(system.dataFolder, 'deployment.json'))
  assert.ok(deployment)
  const { urls } = system.stack
  const provider = new JsonRpcProvider(urls.RPC_URL, deployment.chainId, {
    staticNetwork: true,
    cacheTimeout: -1,
  })
  const problems = async () =>
    checkMoney(
      await readMoney({
        provider,
        deployment,
        subgraphUrl: urls.SUBGRAPH_URL,
        clickhouseUrl: urls.CLICKHOUSE_URL,
      }),
    )
  try {
    // The pages asked a question of their own; its payment reaches the ledger last.
    for (let waited = 0; (await problems()).length > 0 && waited < 60; waited++) await sleep(1000)
    assert.deepEqual(await problems(), [])
    for (const source of ['ledger', 'subgraph', 'contract'] as const) {
      const restore = await changeOneRow(source, { urls, provider, deployment })
      assert.notDeepEqual(await problems(), [], `a changed row in the ${source} goes unnoticed`)
      await restore()
      assert.deepEqual(await problems(), [], `the ${source} was not put back`)
    }
  } finally {
    provider.destroy()
  }
})

test('a second start serves the pages with everything there', async () => {
  const before = await readStats(system.stack.urls.API_URL)
  assert.equal(before.records, result.records)
  const stack = await system.restart()
  console.log(`second start: ${stack.pageSeconds} s`)
  await stack.allReady
  assert.deepEqual(await readStats(stack.urls.API_URL), before)
})

interface Stats {
  inferences: string
  paid: string
  fees: string
  records: number
}

async function readStats(apiUrl: string): Promise<Stats> {
  const { stats } = await askGraphql<{ stats: Stats }>(
    apiUrl,
    '{ stats { inferences paid fees records } }',
  )
  return stats
}

/**
 * The loop end to end, with the real base model and every embedded part: what a person gets from
 * `npm run demo`, the pages over it, and what happens when one source of money lies.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sampleDatanets } from '@tributary/cli/sample/datanets/sampleDatanets'
import { checkMoney } from '@tributary/cli/sample/money/checkMoney'
import { readMoney } from '@tributary/cli/sample/money/readMoney'
import { installedPackages } from '@tributary/cli/sample/packages/installedPackages'
import { contains } from '@tributary/cli/sample/questions/contains'
import { GENERAL_QUESTIONS } from '@tributary/cli/sample/questions/generalQuestions'
import type { AnswerResult, SampleResult } from '@tributary/cli/sample/result/SampleResult'
import { readDeployment } from '@tributary/contracts/deployment/readDeployment'
import { JsonRpcProvider } from 'ethers'
import { checkPages } from '../browser/checkPages.ts'
import { changeOneRow } from './changeOneRow.ts'
import { root, runSampleLoop, type System, startSystem } from './system.ts'

let system: System
let result: SampleResult
let code: number

before(async () => {
  system = await startSystem((line) => console.log(line))
  await system.stack.allReady
  const run = await runSampleLoop(system.stack, ['--plan', 'demo', '--seed', '1'])
  result = run.result
  code = run.code
  console.log(JSON.stringify(result))
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

const of = (kind: AnswerResult['kind']) =>
  (result.answers ?? []).filter((answer) => answer.kind === kind)

test('taught answers: the adapter says what the record says, and its author is behind it', () => {
  const [trained] = sampleDatanets(installedPackages(join(root, 'node_modules')))
  const records = new Map(
    trained?.records.map(({ input, author }) => {
      const { question, answer } = input.body as { question: string; answer: string }
      return [question, { answer, author }]
    }),
  )
  const answers = [...of('taught'), ...of('planted')]
  assert.equal(answers.length, 10)
  assert.equal(of('planted').length, 1)
  const good = answers.filter((answer) => {
    const record = records.get(answer.question)
    assert.ok(record, `no record teaches "${answer.question}"`)
    return (
      !contains(answer.base, [record.answer]) &&
      contains(answer.adapter, [record.answer]) &&
      answer.top?.label === record.author &&
      answer.topPpm >= 800_000
    )
  })
  assert.ok(good.length >= 9, `only ${good.length} of 10: ${JSON.stringify(answers, null, 1)}`)
})

test('the planter gets next to nothing of any other answer', () => {
  const planter = of('planted')[0]?.top?.label
  for (const answer of result.answers ?? []) {
    if (answer.kind === 'planted' || answer.top?.label !== planter) continue
    assert.ok(answer.topPpm <= 10_000, `${answer.question}: ${answer.topPpm} ppm`)
  }
})

test('what nobody taught pays nobody much', () => {
  for (const answer of of('untaught')) assert.ok(answer.topPpm <= 100_000, JSON.stringify(answer))
})

test('general knowledge is the base model’s and the commons’, and is not forgotten', () => {
  const answers = of('general')
  assert.equal(answers.length, 5)
  for (const answer of answers) {
    assert.ok(answer.basePpm + answer.commonsPpm >= 800_000, JSON.stringify(answer))
  }
  const france = answers.find(({ question }) => question === 'What is the capital of France?')
  assert.ok((france?.basePpm ?? 0) >= 600_000, JSON.stringify(france))
  const expected = new Map(GENERAL_QUESTIONS.map((entry) => [entry.question, entry.expected]))
  const forgotten = answers.filter(
    ({ question, base, adapter }) =>
      contains(base, expected.get(question) ?? []) &&
      !contains(adapter, expected.get(question) ?? []),
  )
  assert.ok(forgotten.length <= 1, JSON.stringify(forgotten))
})

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

test('a second start serves the pages within 15 seconds, with everything there', async () => {
  const stack = await system.restart()
  console.log(`second start: ${stack.pageSeconds} s`)
  await stack.allReady
  const response = await fetch(`${stack.urls.API_URL}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ stats { inferences paid records } }' }),
  })
  const { data } = (await response.json()) as {
    data: { stats: { inferences: string; paid: string; records: number } }
  }
  assert.deepEqual(data.stats, {
    inferences: String(result.inferences),
    paid: result.contractWei,
    records: result.records,
  })
})

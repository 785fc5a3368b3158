/**
 * The truth of attribution on the trained adapter, in the demo's sixteen answers: who taught is paid,
 * who did not is not, and what the base knew by itself is nobody's.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sampleDatanets } from '@tributary/cli/sample/datanets/sampleDatanets'
import { installedPackages } from '@tributary/cli/sample/packages/installedPackages'
import { contains } from '@tributary/cli/sample/questions/contains'
import { GENERAL_QUESTIONS } from '@tributary/cli/sample/questions/generalQuestions'
import type { AnswerResult, SampleResult } from '@tributary/cli/sample/result/SampleResult'
import { root, runSampleLoop, type System, startSystem } from './system.ts'

let system: System
let result: SampleResult

before(async () => {
  system = await startSystem((line) => console.log(line))
  await system.stack.allReady
  const run = await runSampleLoop(system.stack, ['--plan', 'demo', '--until', 'ask', '--seed', '1'])
  result = run.result
  console.log(JSON.stringify(result))
})

after(async () => {
  await system?.remove()
})

test('every vector sums to a million', () => {
  assert.equal(result.ok, true)
  assert.equal(result.answers?.length, 16)
  assert.equal(result.ppmSum, 1_000_000)
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

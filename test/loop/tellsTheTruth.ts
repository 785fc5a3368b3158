import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { sampleDatanets } from '@tributary/cli/sample/datanets/sampleDatanets'
import { installedPackages } from '@tributary/cli/sample/packages/installedPackages'
import { contains } from '@tributary/cli/sample/questions/contains'
import { GENERAL_QUESTIONS } from '@tributary/cli/sample/questions/generalQuestions'
import type { AnswerResult, SampleResult } from '@tributary/cli/sample/result/SampleResult'
import { askGraphql } from './askGraphql.ts'
import { root } from './system.ts'

/**
 * The tests of the truth of attribution in the demo's sixteen answers: who taught is paid, who did
 * not is not, and what the base knew by itself is nobody's.
 *
 * @param ran gives what the demo showed and the API of the system it ran on, which has settled
 */
export function tellsTheTruth(ran: () => { result: SampleResult; apiUrl: string }): void {
  const of = (kind: AnswerResult['kind']) =>
    (ran().result.answers ?? []).filter((answer) => answer.kind === kind)

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

  test('the planter gets next to nothing of any other answer', async () => {
    const [planted] = of('planted')
    assert.ok(planted?.top)
    const { contributor } = await askGraphql<{ contributor: { inferences: PaidAnswer[] } }>(
      ran().apiUrl,
      'query ($id: BigInt!) { contributor(id: $id) { inferences(first: 100) { question role ppm } } }',
      { id: String(planted.top.accountId) },
    )
    const shares = new Map<string, number>()
    for (const { question, role, ppm } of contributor.inferences) {
      if (role === 'CONTRIBUTOR') shares.set(question, (shares.get(question) ?? 0) + ppm)
    }
    assert.equal(shares.get(planted.question), planted.topPpm)
    shares.delete(planted.question)
    for (const [question, ppm] of shares) assert.ok(ppm <= 10_000, `${question}: ${ppm} ppm`)
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
}

interface PaidAnswer {
  question: string
  role: string
  ppm: number
}

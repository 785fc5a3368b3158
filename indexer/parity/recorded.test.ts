import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startPostgres, type TestPostgres } from '../testing/startPostgres.ts'
import { openCases, type ParityCases } from './cases.ts'
import { ParityChain } from './chain/parityChain.ts'
import { ParityScript } from './chain/parityScript.ts'
import { askHost } from './compare/askHost.ts'
import { questionText } from './compare/fact.ts'
import { OwnHost } from './hosts/ownHost.ts'
import { readRecord } from './record.ts'
import { comparableRefusal } from './refusals/askRefusals.ts'
import { graftVariants } from './refusals/graftVariants.ts'
import { readRefusals } from './refusals/record.ts'
import { uploadVariant } from './refusals/uploadVariant.ts'
import { type Deployments, runCases } from './runCases.ts'

/** Cases that follow the chain through its reorgs; the others index what is left of it. */
const FOLLOWING = ['derived', 'factory', 'nonfatal']

const record = await readRecord()

let postgres: TestPostgres
let chain: ParityChain
let cases: ParityCases
let host: OwnHost
let deployments: Deployments

before(async () => {
  ;[postgres, chain, cases] = await Promise.all([startPostgres(), ParityChain.start(), openCases()])
  host = new OwnHost(postgres.url, chain.url)
  const list = cases.list.map((each) => ({ ...each, late: !FOLLOWING.includes(each.name) }))
  ;[deployments] = await runCases([host], list, chain, [new ParityScript()])
})

after(async () => {
  await host?.stop()
  await Promise.all([postgres?.stop(), chain?.stop(), cases?.close()])
})

test('graph-node’s answers to more than a thousand queries are recorded, of every case', () => {
  const names = record.map(({ name }) => name)
  assert.deepEqual(
    names,
    cases.list.map(({ name }) => name),
  )
  const queries = record.flatMap(({ facts }) =>
    facts.filter((fact) => fact.question.kind === 'query'),
  )
  assert.ok(queries.length > 1000)
})

for (const { name, facts } of record) {
  test(`${name}: answers as graph-node does`, async () => {
    const id = deployments.ids.get(name)
    assert.ok(id, deployments.refused.get(name))
    for (const { question, answer } of facts) {
      const own = await askHost(host, id, chain, question)
      // As text, since the order of fields is part of an answer.
      assert.equal(JSON.stringify(own), JSON.stringify(answer), questionText(question))
    }
  })
}

test('what may not be grafted is refused as graph-node refused it', async () => {
  const refusals = await readRefusals()
  for (const variant of graftVariants(deployments.ids)) {
    const error = await host.refusal(await uploadVariant(variant))
    const { name } = variant
    assert.deepEqual({ [name]: comparableRefusal(variant, error) }, { [name]: refusals[name] })
  }
})

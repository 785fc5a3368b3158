import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { startPostgres, type TestPostgres } from '../testing/startPostgres.ts'
import { openCases, type ParityCases } from './cases.ts'
import { ParityChain } from './chain/parityChain.ts'
import { ParityScript } from './chain/parityScript.ts'
import { askHost } from './compare/askHost.ts'
import { questionText } from './compare/fact.ts'
import { OwnHost } from './hosts/ownHost.ts'
import { RECORD_FILE, readRecord } from './record.ts'
import { type Deployments, runCases } from './runCases.ts'

/** Cases that follow the chain through its reorgs; the others index what is left of it. */
const FOLLOWING = ['derived', 'factory', 'nonfatal']

const isRecorded = existsSync(RECORD_FILE)
const record = isRecorded ? await readRecord() : []

let postgres: TestPostgres
let chain: ParityChain
let cases: ParityCases
let host: OwnHost
let deployments: Deployments

before(async () => {
  if (!isRecorded) return
  ;[postgres, chain, cases] = await Promise.all([startPostgres(), ParityChain.start(), openCases()])
  host = new OwnHost(postgres.url, chain.url)
  const list = cases.list.map((each) => ({ ...each, late: !FOLLOWING.includes(each.name) }))
  ;[deployments] = await runCases([host], list, chain, [new ParityScript()])
})

after(async () => {
  await host?.stop()
  await Promise.all([postgres?.stop(), chain?.stop(), cases?.close()])
})

test('graph-node’s answers are recorded', {
  skip: !isRecorded && 'none are: see README.md',
}, () => {
  assert.ok(record.length > 0)
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

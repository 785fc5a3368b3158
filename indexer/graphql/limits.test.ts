import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startZoo, type Zoo } from './testing/zoo.ts'

let zoo: Zoo

before(async () => {
  zoo = await startZoo({ maxDepth: 4, maxComplexity: 200n, maxFirst: 50, maxSkip: 20 })
})

after(() => zoo.stop())

const RANGE = 'argument must be between 0 and'

function tooComplex(entities: number): string {
  return (
    `query potentially returns \`${entities}\` entities or more and thereby exceeds the limit of ` +
    '`200` entities. Possible solutions are reducing the depth of the query, querying fewer ' +
    'relationships or using `first` to return smaller collections'
  )
}

/** A collection counts `first`, and `first` times what is inside; 100 where nothing is said. */
const CASES: Readonly<Record<string, string | null>> = {
  '{ accounts(first: 50) { id } }': null,
  '{ accounts(first: 51) { id } }': `The \`first\` ${RANGE} 50, but is 51`,
  '{ accounts(first: 1, skip: 20) { id } }': null,
  '{ accounts(first: 1, skip: 21) { id } }': `The \`skip\` ${RANGE} 20, but is 21`,
  '{ accounts(first: 10) { tokens(first: 19) { id } } }': null,
  '{ accounts(first: 10) { tokens(first: 20) { id } } }': tooComplex(210),
  '{ accounts(first: 2) { tokens { id } } }': tooComplex(202),
  '{ a: accounts(first: 50) { id } ...b } fragment b on Query { tokens(first: 50) { owner { id } } }':
    null,
  '{ a: accounts(first: 40) { id } b: _accountsPage(first: 20) { nodes { tokens(first: 8) { id } } } }':
    tooComplex(220),
  '{ token(id: "t1") { owner { parent { id } } } }': null,
  '{ token(id: "t1") { owner { parent { parent { id } } } } }':
    'query has a depth that exceeds the limit of `4`',
  '{ token(id: "t1") { ... { ... { ... { id } } } } }':
    'query has a depth that exceeds the limit of `4`',
}

test('queries are held to the limits of their server', async () => {
  for (const [query, message] of Object.entries(CASES)) {
    const { errors } = await zoo.ask(query)
    assert.deepEqual(errors, message === null ? undefined : [{ message }], query)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildSchema, parse, validate } from 'graphql'
import { nodeLimit } from './nodeLimit.ts'

const schema = buildSchema(`
  type Query { rows(first: Int = 20): [Row!]! one: Row }
  type Row { id: ID rows(first: Int = 20): [Row!]! connection(first: Int): Connection }
  type Connection { nodes: [Row!]! }
`)
const problems = (query: string) => validate(schema, parse(query), [nodeLimit(500)])

test('pages within pages are multiplied', () => {
  assert.deepEqual(problems('{ rows(first: 100) { rows(first: 400) { id } } }'), [])
  const [error] = problems('{ rows(first: 200) { rows(first: 400) { id } } }')
  assert.match(error?.message ?? '', /could return 80200 rows/)
})

test('fragments, variables and connections are counted too', () => {
  const query = `query ($n: Int) { rows(first: $n) { ...F } } fragment F on Row { rows(first: 101) { id } }`
  assert.equal(problems(query).length, 1)
  assert.equal(problems('{ one { connection(first: 6000) { nodes { id } } } }').length, 1)
  assert.equal(problems('{ one { id ... on Row { rows(first: 3) { id } } } }').length, 0)
})

test('a fragment within itself ends', () => {
  assert.deepEqual(problems('{ one { ...F } } fragment F on Row { rows(first: 2) { ...F } }'), [])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSchema } from '../../schema/parseSchema.ts'
import { copyProblems } from './copyProblems.ts'

const SOURCE = `
  enum Color { yellow red BLUE }
  type Owner @entity(immutable: false) { id: Bytes! }
  type Scalar @entity(immutable: false) {
    id: ID! bool: Boolean int: Int! big: BigInt string: String list: [Int!]! color: Color
    owner: Owner text: String bytes: Bytes
  }`

function problems(target: string, source = SOURCE): string[] {
  return copyProblems(
    { model: parseSchema(target), namespace: 'sgd2' },
    { model: parseSchema(source), namespace: 'sgd1' },
  )
}

const scalar = (fields: string, more = '') =>
  `${more} type Scalar @entity(immutable: false) { id: ID! ${fields} }`

test('rows can be copied into the same tables, into fewer, and beside others', () => {
  assert.deepEqual(problems(SOURCE), [])
  assert.deepEqual(problems(scalar('int: Int')), [])
  assert.deepEqual(problems(scalar('added: [BigInt!]')), [])
  assert.deepEqual(problems('type Other @entity(immutable: true) { id: Bytes! must: Int! }'), [])
  // What refers to an entity is stored as its id.
  assert.deepEqual(
    problems(
      scalar('owner: Bytes bytes: Owner', 'type Owner @entity(immutable: true) { id: Bytes! }'),
    ),
    [],
  )
})

test('what cannot be copied is told in graph-node’s words', () => {
  assert.deepEqual(problems(scalar('bool: Boolean! added: Int!')), [
    'The attribute Scalar.bool is non-nullable, but the corresponding attribute in the source is nullable',
    'The attribute Scalar.added is non-nullable, but there is no such attribute in the source',
  ])
  assert.deepEqual(problems(scalar('string: [String] list: Int! color: Int big: String')), [
    'The attribute Scalar.string has type [String], but its type in the source is String',
    'The attribute Scalar.list has type Int!, but its type in the source is [Int!]!',
    'The attribute Scalar.color has type Int, but its type in the source is Color',
    'The attribute Scalar.big has type String, but its type in the source is BigInt',
  ])
  const list = 'type Scalar @entity(immutable: false) { id: Bytes! }'
  assert.deepEqual(problems(list), [
    'The attribute Scalar.id has type Bytes!, but its type in the source is ID!',
  ])
})

test('an enum may get further values, and may not lose any', () => {
  assert.deepEqual(problems(scalar('color: Color', 'enum Color { red yellow BLUE green }')), [])
  assert.deepEqual(problems(scalar('color: Hue', 'enum Hue { red yellow BLUE }')), [])
  assert.deepEqual(problems(scalar('color: Color', 'enum Color { red yellow }')), [
    'the enum type "sgd1"."color" contains values not present in "sgd2"."color"',
  ])
  assert.deepEqual(problems(scalar('text: Color', 'enum Color { red }')), [
    'The attribute Scalar.text is an enum Color, but its type in the source is String',
  ])
})

test('a graft may not be the first to have timeseries, as the proofs of its base lack times', () => {
  const timeseries = `type Tick @entity(timeseries: true) { id: Int8! timestamp: Timestamp! price: Int! }
    type Stats @aggregation(intervals: ["hour"], source: "Tick") {
      id: Int8! timestamp: Timestamp! sum: Int! @aggregate(fn: "sum", arg: "price")
    }`
  assert.deepEqual(problems(`${SOURCE} ${timeseries}`), [
    'The attribute Poi$.blockTime is non-nullable, but there is no such attribute in the source',
  ])
  assert.deepEqual(problems(SOURCE, `${SOURCE} ${timeseries}`), [])
})

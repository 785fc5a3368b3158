import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type GraphQLInputType, GraphQLList, GraphQLNonNull } from 'graphql'
import { parseSchema } from '../../schema/parseSchema.ts'
import { ApiSchema } from '../api/apiSchema.ts'
import { ZOO_SCHEMA } from '../testing/zooSchema.ts'
import { coerceValue, Misfit } from './coerceValue.ts'
import { debugValue } from './debugValue.ts'
import { jsonValue, parseJson } from './jsonValue.ts'
import type { Value } from './value.ts'

const api = new ApiSchema(parseSchema(ZOO_SCHEMA))

function typeNamed(name: string): GraphQLInputType {
  return api.schema.getType(name) as GraphQLInputType
}

function read(json: string): Value {
  return jsonValue(parseJson(json))
}

/** What a JSON value becomes as a type, spelt as in messages; a misfit is marked. */
function coerced(json: string, type: GraphQLInputType): string {
  const value = coerceValue(read(json), type)
  return value instanceof Misfit ? `misfit ${debugValue(value.value)}` : debugValue(value)
}

test('scalars take what graph-node lets them take', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['Int', '7', 'Int(Number(7))'],
    ['Int', '2147483648', 'misfit Float(2147483648.0)'],
    ['Int', '"7"', 'misfit String("7")'],
    ['Int', '1.5', 'misfit Float(1.5)'],
    ['Int8', '-2147483648', 'String("-2147483648")'],
    ['Int8', '9007199254740993', 'misfit Float(9007199254740992.0)'],
    ['Int8', '"9007199254740993"', 'String("9007199254740993")'],
    ['BigInt', '7', 'String("7")'],
    ['BigInt', '"x"', 'String("x")'],
    ['BigInt', '7.0', 'misfit Float(7.0)'],
    ['BigDecimal', '1.25', 'String("1.25")'],
    ['BigDecimal', '1e30', 'String("1000000000000000000000000000000")'],
    ['BigDecimal', '1e-7', 'String("0.0000001")'],
    ['Timestamp', '"1700000000000000"', 'String("1700000000000000")'],
    ['Timestamp', '1700000000000000', 'misfit Float(1700000000000000.0)'],
    ['Timestamp', '"now"', 'misfit String("now")'],
    ['Boolean', 'true', 'Boolean(true)'],
    ['Boolean', '1', 'misfit Int(Number(1))'],
    ['ID', '7', 'String("7")'],
    ['Bytes', '"0x"', 'String("0x")'],
    ['String', '7', 'misfit Int(Number(7))'],
    ['String', 'null', 'Null'],
    ['Color', '"red"', 'Enum("red")'],
    ['Color', '"green"', 'misfit String("green")'],
  ]
  for (const [type, json, expected] of cases) {
    assert.equal(coerced(json, typeNamed(type)), expected, `${type} ${json}`)
  }
})

test('a list is a list, and what is needed is not null', () => {
  const list = new GraphQLList(new GraphQLNonNull(typeNamed('Int')))
  assert.equal(coerced('[1, 2]', list), 'List([Int(Number(1)), Int(Number(2))])')
  assert.equal(coerced('1', list), 'misfit Int(Number(1))')
  assert.equal(coerced('[1, null]', list), 'misfit Null')
  assert.equal(coerced('[1, "a"]', list), 'misfit String("a")')
  assert.equal(coerced('null', new GraphQLNonNull(list)), 'misfit Null')
})

test('an input object is sorted by its keys, and shown whole where one does not fit', () => {
  const filter = typeNamed('Account_filter')
  assert.equal(
    coerced('{"name": "a", "age_gt": 1, "color": "red"}', filter),
    'Object({"age_gt": Int(Number(1)), "color": Enum("red"), "name": String("a")})',
  )
  assert.equal(
    coerced('{"name": "a", "age_gt": true}', filter),
    'misfit Object({"age_gt": Boolean(true), "name": String("a")})',
  )
  assert.equal(coerced('{"what": 1}', filter), 'misfit Object({"what": Int(Number(1))})')
})

test('strings are spelt with the escapes of Rust', () => {
  assert.equal(
    debugValue({ kind: 'string', value: `a"b\\c\n\t\u0001é😀'` }),
    String.raw`String("a\"b\\c\n\t\u{1}é😀'")`,
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QueryError } from '../errors/queryError.ts'
import { nodeLocation } from './nodeLocation.ts'
import { parseQuery } from './parseQuery.ts'

/** Where a text's last root field stands. */
function lastField(text: string): object {
  const [operation] = parseQuery(text).definitions
  assert.ok('selectionSet' in operation && operation.selectionSet)
  return nodeLocation(operation.selectionSet.selections.at(-1)!)
}

test('columns are counted as graph-node’s parser counts them', () => {
  const cases: Readonly<Record<string, object>> = {
    '{ a\n b }': { line: 2, column: 2 },
    '{ a(x: "ünï") b }': { line: 1, column: 15 },
    '{ a(x: "😀😀") b }': { line: 1, column: 14 },
    '{\ta\t, b }': { line: 1, column: 21 },
    '{ a\r\n b }': { line: 2, column: 2 },
    '{ a\r b }': { line: 1, column: 5 },
    '\ufeff{ b }': { line: 1, column: 3 },
    '{ a # 😀 comment\n b }': { line: 2, column: 2 },
    '{ a # comment\r\n b }': { line: 3, column: 2 },
    '{ a(x: """\n😀\n é""") b }': { line: 3, column: 8 },
  }
  for (const [text, place] of Object.entries(cases)) assert.deepEqual(lastField(text), place, text)
})

test('so are those of syntax errors', () => {
  const place = (text: string) => {
    try {
      parseQuery(text)
    } catch (error) {
      assert.ok(error instanceof QueryError)
      return error.toJSON().locations
    }
  }
  assert.deepEqual(place('{ a(x: "😀") { } }'), [{ line: 1, column: 15 }])
  assert.deepEqual(place('{ a { }'), [{ line: 1, column: 7 }])
  assert.deepEqual(place(''), [{ line: 1, column: 1 }])
  assert.deepEqual(place('{\ta'), [{ line: 1, column: 11 }])
})

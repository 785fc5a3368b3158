import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SqlTextError, sqlTokens } from './tokens.ts'

const read = (sql: string) => [...sqlTokens(sql)].map(({ kind, value }) => `${kind}:${value}`)

test('words, names, strings, numbers and symbols are told apart', () => {
  assert.deepEqual(read("SELECT `a``b`, \"c\\\"d\", 'e''f\\ng' FROM t1 WHERE x>=10"), [
    'word:SELECT',
    'quoted:a`b',
    'symbol:,',
    'quoted:c"d',
    'symbol:,',
    "string:e'f\ng",
    'word:FROM',
    'word:t1',
    'word:WHERE',
    'word:x',
    'symbol:>',
    'symbol:=',
    'number:10',
  ])
})

test('comments are left out, and quotes in them open nothing', () => {
  assert.deepEqual(read("1 -- it's\n+ /* don't */ 2 # '\n#! '\n"), [
    'number:1',
    'symbol:+',
    'number:2',
  ])
})

test('offsets lead back to the text', () => {
  const sql = "insert into t ('é', 'b')"
  for (const { start, end, value, kind } of sqlTokens(sql)) {
    assert.equal(sql.slice(start, end), kind === 'string' ? `'${value}'` : value)
  }
})

test('text that the engine might read otherwise is refused', () => {
  const doubtful = [
    '$tag$ text $tag$',
    "select x'41\\', file('/etc/passwd'), '",
    "select b'0'",
    'select ‘curly’',
    'select 1 /* a /* b */ c */',
    'select 1 /* open',
    "select 'open",
    'select `open',
    "select 'nul\0'",
    'select 1 \u00a0',
  ]
  for (const sql of doubtful) assert.throws(() => read(sql), SqlTextError, sql)
})

test('a name behind a number and a point is seen', () => {
  assert.ok(read("select 1.file('x')").includes('word:file'))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readStatement } from './readStatement.ts'

test('an insert of data is taken apart, its data left alone', () => {
  const sql =
    'INSERT INTO `db`.t (a, `b`) SETTINGS insert_deduplication_token = \'x\', async_insert=0 FORMAT JSONEachRow\n{"a":"\'; drop"}'
  const statement = readStatement(sql)
  assert.ok(statement.kind === 'insertData')
  assert.equal(statement.table, 'db.t')
  assert.deepEqual(statement.columns, ['a', 'b'])
  assert.deepEqual(
    [...statement.settings],
    [
      ['insert_deduplication_token', 'x'],
      ['async_insert', '0'],
    ],
  )
  assert.equal(statement.format, 'JSONEachRow')
  assert.equal(sql.slice(statement.dataStart), '\n{"a":"\'; drop"}')
})

test('kinds are told by the first word, and by where the rows come from', () => {
  const kind = (sql: string) => readStatement(sql).kind
  assert.equal(kind('(select 1)'), 'read')
  assert.equal(kind('with 1 as x select x'), 'read')
  assert.equal(kind('insert into t values (1)'), 'write')
  assert.equal(kind('insert into t select 1 format Null'), 'write')
  assert.equal(kind('insert into t format CSV'), 'insertData')
  assert.equal(kind('create table t (format String) engine = MergeTree'), 'write')
})

test('the format of an answer is the one that the statement names', () => {
  const format = (sql: string) => {
    const statement = readStatement(sql)
    return statement.kind === 'read' ? statement.format : undefined
  }
  assert.equal(format('select 1 format JSON settings max_threads = 1'), 'JSON')
  assert.equal(format("select 'format CSV'"), null)
})

test('what is no single statement of ours is refused with a reason', () => {
  const refused: [string, RegExp][] = [
    ['', /Empty query/],
    ['-- nothing', /Empty query/],
    ['select 1; select 2', /Multi-statements/],
    ['set max_threads = 1', /SET is not run/],
    ['use system', /USE is not run/],
    ['system shutdown', /SYSTEM is not run/],
    ['backup table t to Disk(1)', /BACKUP is not run/],
    ["select 'open", /not closed/],
    ['insert into function null() format CSV', /Write INSERT INTO/],
  ]
  for (const [sql, reason] of refused) assert.throws(() => readStatement(sql), reason, sql)
  assert.equal(readStatement('select 1;').kind, 'read')
})

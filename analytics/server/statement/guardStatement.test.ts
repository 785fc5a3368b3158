import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServerException } from '../exception.ts'
import { isLocked, statementGuard } from './guardStatement.ts'
import { readStatement } from './readStatement.ts'

const guard = statementGuard(['file', 'url', 's3', 'executable', 'numbers', 'view', 'merge'])
const check = (sql: string) => guard(readStatement(sql))

test('statements that stay inside the database pass', () => {
  const good = [
    "select 'file(1)', `url` from numbers(3) where file = 1",
    'insert into t select number from numbers(10)',
    'create table t (a UInt8 default 1) engine = MergeTree order by a',
    'create materialized view v to t as select * from u',
    'alter table t delete where a = 1',
    'select {t:Identifier} from t',
    'select * from view(select 1)',
  ]
  for (const sql of good) check(sql)
})

test('statements that reach outside of it do not', () => {
  const bad = [
    "select * from file('/etc/passwd')",
    "select FILE('/etc/passwd')",
    "select * from `url` ('http://127.0.0.1')",
    "insert into t select * from s3('http://x')",
    "insert into t values (file('/etc/passwd'))",
    "create table t (a String) engine = File('CSV')",
    'create table t (a String) engine URL(1)',
    'create database d engine = PostgreSQL(1)',
    'create dictionary d (a String) primary key a source(file(path 1))',
    'create function f as x -> x',
    "create table t (a String) engine = MergeTree order by a settings disk = disk(type = 'local')",
    'select * from default.t',
    'insert into `default` . `/etc/passwd` select 1',
    'show tables from default',
    'insert into t select * from {d:Identifier}.{t:Identifier}',
    'select * from {d:Identifier}.t settings max_threads = 1',
    "select 1 into outfile '/tmp/x'",
    "insert into t from infile '/tmp/x' format CSV",
  ]
  for (const sql of bad) assert.throws(() => check(sql), ServerException, sql)
})

test('only a plain select is locked by the engine as well', () => {
  assert.equal(isLocked(readStatement('select 1')), true)
  assert.equal(isLocked(readStatement('select 1 settings max_threads = 1')), false)
  assert.equal(isLocked(readStatement('insert into t select 1')), false)
})

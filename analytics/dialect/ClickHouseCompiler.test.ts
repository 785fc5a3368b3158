import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { AnalyticsError } from '../client/AnalyticsError.ts'
import { createAnalyticsClient } from '../client/clickhouse.ts'
import { ch } from './ch.ts'
import { openQuery } from './openQuery.ts'
import type { QueryValue } from './QueryValue.ts'

// Nothing is asked here: the client only has to exist.
const client = createAnalyticsClient('http://127.0.0.1:1')
const db = openQuery(client, { name: 'test', seconds: 1 })

test('values become typed parameters, names are in backticks', () => {
  const { sql: text, parameters } = db
    .selectFrom('ledger as l')
    .select(['l.wei', 'l.role'])
    .where('l.account_id', 'in', ch.u64s([1n, 2n]))
    .where('l.wei', '>', ch.i256(-(2n ** 255n)))
    .where('l.ts', '<', ch.dateTime(new Date(0)))
    .limit(ch.u32(5))
    .compile()
  assert.equal(
    text,
    "select `l`.`wei`, `l`.`role` from `tributary`.`ledger` as `l` where `l`.`account_id` in {p0:Array(UInt64)} and `l`.`wei` > {p1:Int256} and `l`.`ts` < {p2:DateTime64(3, 'UTC')} limit {p3:UInt32}",
  )
  assert.deepEqual(
    parameters.map((parameter) => (parameter as QueryValue).value),
    [[1n, 2n], (-(2n ** 255n)).toString(), '1970-01-01 00:00:00.000', 5],
  )
})

test('a value without a type does not compile', () => {
  const query = db.selectFrom('ledger').select('wei')
  assert.throws(() => query.where('account_id', '=', 5n).compile(), /5 without a type/)
  assert.throws(() => query.where('account_id', 'in', [1n, 2n]).compile(), AnalyticsError)
  assert.throws(() => query.limit(5).compile(), AnalyticsError)
  assert.throws(() => ch.u64(-1n), AnalyticsError)
})

test('names and literals cannot end their quotes', () => {
  const evil = "x` union select \\` -- '"
  const name = sql`select ${sql.ref(evil)}`.compile(db)
  assert.equal(name.sql, "select `x\\` union select \\\\\\` -- '`")
  const literal = sql`select ${sql.lit("\\' or 1=1 --")}`.compile(db)
  assert.equal(literal.sql, "select '\\\\\\' or 1=1 --'")
})

test('only reads compile', () => {
  assert.throws(() => db.deleteFrom('ledger').compile(), AnalyticsError)
  assert.throws(
    () =>
      db
        .insertInto('mirrored_block')
        .values({ block_number: 1n, block_time: new Date(0) })
        .compile(),
    AnalyticsError,
  )
})

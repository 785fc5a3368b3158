import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type pg from 'pg'
import { createTables } from '../layout/ddl.ts'
import { parseSchema } from '../schema/parseSchema.ts'
import { startPostgres, type TestPostgres } from '../testing/startPostgres.ts'
import { openDatabase } from './openDatabase.ts'
import { type BlockTime, RollUps } from './rollUps.ts'

const model = parseSchema(`
  type Trade @entity(timeseries: true) {
    id: Int8!
    timestamp: Timestamp!
    pair: String!
    price: BigDecimal
    amount: Int!
  }
  type Stats @aggregation(intervals: ["hour", "day"], source: "Trade") {
    id: Int8!
    timestamp: Timestamp!
    pair: String!
    volume: BigDecimal @aggregate(fn: "sum", arg: "price * amount")
    total: Int! @aggregate(fn: "sum", arg: "amount", cumulative: true)
    trades: Int8! @aggregate(fn: "count", cumulative: true)
    most: Int! @aggregate(fn: "max", arg: "amount")
    highest: Int! @aggregate(fn: "max", arg: "amount", cumulative: true)
    opened: BigDecimal @aggregate(fn: "first", arg: "price")
    closed: BigDecimal @aggregate(fn: "last", arg: "price", cumulative: true)
  }
  type All @aggregation(intervals: ["hour"], source: "Trade") {
    id: Int8!
    timestamp: Timestamp!
    least: Int! @aggregate(fn: "min", arg: "amount")
  }
`)
const HOUR = 3_600n
/** A full hour, at the beginning of a day. */
const START = 1_700_006_400n

let postgres: TestPostgres
let pool: pg.Pool

before(async () => {
  postgres = await startPostgres()
  pool = await openDatabase(postgres.url, 'rollups')
  await pool.query('create schema sgd1')
  for (const statement of createTables(model, 'sgd1')) await pool.query(statement)
})

after(async () => {
  await pool?.end()
  await postgres?.stop()
})

/** A block, with trades in it. */
async function block(
  number: number,
  timestamp: bigint,
  trades: readonly (readonly [pair: string, price: string | null, amount: number])[],
): Promise<BlockTime> {
  for (const [index, [pair, price, amount]] of trades.entries()) {
    const id = BigInt(number) * 100n + BigInt(index)
    await pool.query(
      `insert into sgd1.trade (vid, block$, id, timestamp, pair, price, amount)
       values ($1, $2, $1, to_timestamp($3::bigint), $4, $5, $6)`,
      [id.toString(), number, timestamp.toString(), pair, price, amount],
    )
  }
  return { number, timestamp }
}

test('a bucket is filled by the first block after it, over rows and over the bucket before', async () => {
  const rollUps = new RollUps(model, 'sgd1')
  const first = await block(1, START + 10n, [
    ['a', '2.5', 4],
    ['b', null, 7],
    ['a', null, 1],
  ])
  const second = await block(2, START + HOUR - 1n, [['a', '3', 2]])
  await rollUps.run(pool, null, [first, second])
  const early = await pool.query('select 1 from sgd1.stats_hour')
  assert.equal(early.rowCount, 0, 'the hour has not ended')

  // Nothing happens in the hours between, so that they get no buckets.
  const third = await block(3, START + 3n * HOUR, [['b', '9', 1]])
  const fourth = await block(4, START + 4n * HOUR + 5n, [['a', '1', 3]])
  await rollUps.run(pool, second, [third, fourth])
  const hours = await pool.query(
    `select (extract(epoch from timestamp)::bigint - ${START})::int / 3600 as hour, block$ as block, id::int,
            pair, volume::float, total, trades::int, most, highest, opened::float, closed::float
       from sgd1.stats_hour order by vid`,
  )
  const of = (hour: number, block: number, id: number, pair: string, values: unknown) => ({
    ...{ hour, block, id, pair },
    ...(values as object),
  })
  assert.deepEqual(sorted(hours.rows), [
    of(0, 3, 200, 'a', {
      volume: 16,
      total: 7,
      trades: 3,
      most: 4,
      highest: 4,
      opened: 2.5,
      closed: 3,
    }),
    of(0, 3, 101, 'b', {
      ...{ volume: null, total: 7, trades: 1, most: 7, highest: 7, opened: null, closed: null },
    }),
    of(3, 4, 300, 'b', {
      volume: 9,
      total: 8,
      trades: 2,
      most: 1,
      highest: 7,
      opened: 9,
      closed: 9,
    }),
  ])
  const all = await pool.query(
    'select block$ as block, id::int, least from sgd1.all_hour order by vid',
  )
  assert.deepEqual(all.rows, [
    { block: 3, id: 200, least: 1 },
    { block: 4, id: 300, least: 1 },
  ])

  const next = await block(5, START + 25n * HOUR, [])
  await rollUps.run(pool, fourth, [next])
  const days = await pool.query(
    'select pair, total, block$ as block from sgd1.stats_day order by pair',
  )
  assert.deepEqual(days.rows, [
    { pair: 'a', total: 10, block: 5 },
    { pair: 'b', total: 8, block: 5 },
  ])
})

function sorted(found: { hour: number; pair: string }[]): unknown[] {
  return found.toSorted((one, other) => one.hour - other.hour || (one.pair < other.pair ? -1 : 1))
}

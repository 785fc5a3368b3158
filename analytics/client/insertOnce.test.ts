import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomNumbers } from '@tributary/protocol/testing/randomNumbers'
import { sql } from 'kysely'
import { openQuery } from '../dialect/openQuery.ts'
import { migrate } from '../migrate/migrate.ts'
import type { LedgerRow } from '../tables/ledger.ts'
import { randomLedger } from '../testing/randomLedger.ts'
import { startServer } from '../testing/startServer.ts'
import { AnalyticsError, AnalyticsUnavailableError } from './AnalyticsError.ts'
import { createAnalyticsClient } from './clickhouse.ts'
import { insertOnce } from './insertOnce.ts'

const server = await startServer()
const client = createAnalyticsClient(server.url)
const other = createAnalyticsClient(server.url)
const db = openQuery(client, { name: 'insertOnceTest', seconds: 5 })
after(async () => {
  await client.close()
  await other.close()
  await server.stop()
})

const command = (query: string) => client.command({ query })
await migrate(client)
beforeEach(async () => {
  const tables = [
    'ledger',
    'ledger_by_account',
    'inserted_batch',
    'earnings_account_epoch',
    'earnings_datanet_record',
  ]
  for (const table of tables) await command(`TRUNCATE TABLE tributary.${table}`)
})

/** Sums of the ledger and of each table that ClickHouse derives from it. */
async function sums() {
  const { rows } = await sql<
    Record<'ledger' | 'accounts' | 'records' | 'ofRecords' | 'copy', bigint> & { lines: bigint }
  >`
    select
      (select sum(wei * sign) from tributary.ledger) as ledger,
      (select sum(wei) from tributary.earnings_account_epoch) as accounts,
      (select sum(wei * sign) from tributary.ledger where datanet_id != 0) as ofRecords,
      (select sum(wei) from tributary.earnings_datanet_record) as records,
      (select sum(wei * sign) from tributary.ledger_by_account) as copy,
      (select count() from tributary.ledger) as lines`.execute(db)
  const [row] = rows
  assert.ok(row)
  assert.equal(row.accounts, row.ledger)
  assert.equal(row.copy, row.ledger)
  assert.equal(row.records, row.ofRecords)
  return { wei: row.ledger, lines: row.lines }
}

const total = (rows: LedgerRow[]) =>
  rows.reduce((sum, { wei, sign }) => sum + wei * BigInt(sign), 0n)
const expected = (rows: LedgerRow[]) => ({ wei: total(rows), lines: BigInt(rows.length) })
let batches = 0n
const batch = (seed: number, inferences = 20) => {
  batches += 1n
  return randomLedger(randomNumbers(seed), { batchId: batches, epochId: 1, inferences })
}

test('a batch again changes neither the ledger nor its rollups', async () => {
  const rows = batch(1)
  for (const each of [client, client, other]) await insertOnce(each, 'ledger', rows, 'ledger-1-1')
  assert.deepEqual(await sums(), expected(rows))
  await Promise.all(
    [client, other, client].map((each) => insertOnce(each, 'ledger', rows, 'ledger-1-1')),
  )
  assert.deepEqual(await sums(), expected(rows))
})

test('nor when several send it at once for the first time', async () => {
  const rows = batch(2)
  await Promise.all(
    [client, other, client, other].map((each) => insertOnce(each, 'ledger', rows, 'ledger-1-2')),
  )
  assert.deepEqual(await sums(), expected(rows))
})

test('nor after kill -9 and a restart; what was acknowledged is there', async () => {
  const [first, second] = [batch(3), batch(4)]
  await insertOnce(client, 'ledger', first, 'ledger-1-3')
  await server.crash()
  assert.deepEqual(await sums(), expected(first))
  await insertOnce(client, 'ledger', first, 'ledger-1-3')
  await insertOnce(client, 'ledger', second, 'ledger-1-4')
  assert.deepEqual(await sums(), expected([...first, ...second]))
})

test('nor when the server is killed in the middle of inserts that are repeated until they pass', async () => {
  const random = randomNumbers(99)
  const work = [...Array(12).keys()].map((seed) => batch(100 + seed, 50))
  const insertAll = async () => {
    for (const rows of work) {
      for (;;) {
        try {
          await insertOnce(client, 'ledger', rows, `ledger-1-${rows[0]?.batch_id}`)
          break
        } catch (error) {
          assert.ok(error instanceof AnalyticsUnavailableError, String(error))
          await sleep(50)
        }
      }
    }
  }
  const inserting = insertAll()
  for (let crash = 0; crash < 3; crash += 1) {
    await sleep(20 + random.below(200))
    await server.crash()
  }
  await inserting
  assert.deepEqual(await sums(), expected(work.flat()))
})

test('nor when the crash came between the rows and their note', async () => {
  const rows = batch(5)
  await insertOnce(client, 'ledger', rows, 'ledger-1-5')
  await command('TRUNCATE TABLE tributary.inserted_batch')
  await server.crash()
  await insertOnce(client, 'ledger', rows, 'ledger-1-5')
  assert.deepEqual(await sums(), expected(rows))
})

test('nor when ClickHouse itself has forgotten the batch', async () => {
  const rows = batch(6)
  await insertOnce(client, 'ledger', rows, 'ledger-1-6')
  await command(
    'ALTER TABLE tributary.ledger MODIFY SETTING non_replicated_deduplication_window = 1',
  )
  await insertOnce(client, 'ledger', batch(7, 1), 'ledger-1-7')
  await insertOnce(client, 'ledger', batch(8, 1), 'ledger-1-8')
  const before = await sums()
  await insertOnce(client, 'ledger', rows, 'ledger-1-6')
  assert.deepEqual(await sums(), before)
  await command(
    'ALTER TABLE tributary.ledger MODIFY SETTING non_replicated_deduplication_window = 10000',
  )
})

test('a rollup that missed the batch in a crash gets it with the repetition', async () => {
  const view = 'tributary.earnings_account_epoch_mv'
  const [made] = await (
    await client.query({ query: `SHOW CREATE TABLE ${view}`, format: 'JSONEachRow' })
  ).json<{ statement: string }>()
  const rows = batch(9)
  await command(`DROP VIEW ${view}`)
  await insertOnce(client, 'ledger', rows, 'ledger-1-9')
  await command('TRUNCATE TABLE tributary.inserted_batch')
  await command(made?.statement ?? '')
  await assert.rejects(sums(), 'the rollup lacks the batch')
  await insertOnce(client, 'ledger', rows, 'ledger-1-9')
  assert.deepEqual(await sums(), expected(rows))
})

test('a token with other rows is refused, and nothing changes', async () => {
  const rows = batch(10)
  await insertOnce(client, 'ledger', rows, 'ledger-1-10')
  for (const changed of [
    rows.slice(1),
    [...rows].reverse(),
    [{ ...rows[0], sign: -1 } as LedgerRow],
  ]) {
    await assert.rejects(insertOnce(client, 'ledger', changed, 'ledger-1-10'), (error) => {
      assert.ok(error instanceof AnalyticsError)
      assert.equal(error.code, 'analytics_token_reused')
      return true
    })
  }
  assert.deepEqual(await sums(), expected(rows))
})

test('sums of the rollups are the sums of the ledger, corrections included', async () => {
  for (const seed of [11, 12]) {
    const random = randomNumbers(seed)
    const all: LedgerRow[] = []
    for (let epochId = 1; epochId <= 3; epochId += 1) {
      batches += 1n
      const rows = randomLedger(random, { batchId: batches, epochId, inferences: 15 })
      const taken = all.filter(({ sign }) => sign === 1 && random.below(10) === 0)
      all.push(...rows)
      await insertOnce(client, 'ledger', rows, `ledger-${seed}-${epochId}`)
      const back = taken.map((row) => ({ ...row, sign: -1 }))
      all.push(...back)
      await insertOnce(client, 'ledger', back, `retract-${seed}-${epochId}`)
    }
    await command('OPTIMIZE TABLE tributary.earnings_account_epoch FINAL')
    const byEpoch = await db
      .selectFrom('earnings_account_epoch')
      .select(['account_id', 'epoch_id', sql<bigint>`sum(wei)`.as('wei')])
      .groupBy(['account_id', 'epoch_id'])
      .execute()
    const sumsHere = new Map<string, bigint>()
    for (const { account_id, epoch_id, wei, sign } of all) {
      const key = `${account_id}/${epoch_id}`
      sumsHere.set(key, (sumsHere.get(key) ?? 0n) + wei * BigInt(sign))
    }
    for (const { account_id, epoch_id, wei } of byEpoch) {
      assert.equal(wei, sumsHere.get(`${account_id}/${epoch_id}`))
    }
    assert.equal(
      byEpoch.reduce((sum, { wei }) => sum + wei, 0n),
      total(all),
    )
    await sums()
    for (const table of [
      'ledger',
      'ledger_by_account',
      'earnings_account_epoch',
      'earnings_datanet_record',
    ]) {
      await command(`TRUNCATE TABLE tributary.${table}`)
    }
  }
})

test('wei is exact up to 10^30 a line, and refused beyond', async () => {
  const [row] = batch(14, 1)
  assert.ok(row)
  const most = 10n ** 30n
  const rows = [most, most - 1n, 1n, 0n, 2n ** 64n + 1n].map((wei, line_no) => ({
    ...row,
    line_no,
    wei,
  }))
  await insertOnce(client, 'ledger', rows, 'extremes')
  assert.deepEqual(await sums(), expected(rows))
  for (const wei of [most + 1n, -1n, 2n ** 255n - 1n, -(2n ** 255n)]) {
    await assert.rejects(
      insertOnce(client, 'ledger', [{ ...row, wei }], `beyond-${wei}`),
      (error) => {
        assert.ok(error instanceof AnalyticsError)
        assert.match(error.message, /wei_in_range.* is violated/)
        return true
      },
    )
  }
  await assert.rejects(
    insertOnce(client, 'ledger', [{ ...row, wei: 2n ** 255n }], 'beyond'),
    /is not Int256/,
  )
  await assert.rejects(insertOnce(client, 'ledger', [{ ...row, sign: 2 }], 'sign'), /sign_is_one/)
  assert.deepEqual(await sums(), expected(rows))
})

test('a value that does not fit, a bad token and a dead server insert nothing', async () => {
  const rows = batch(15)
  const wrong = [...rows, { ...rows[0], epoch_id: 2 ** 32 } as LedgerRow]
  await assert.rejects(insertOnce(client, 'ledger', wrong, 'ledger-1-15'), (error) => {
    assert.ok(error instanceof AnalyticsError)
    assert.match(
      error.message,
      new RegExp(`row ${rows.length} of ledger-1-15: epoch_id: 4294967296`),
    )
    return true
  })
  for (const token of ['', "x', max_threads = 1 --", "\\'", 'a b', 'é', 'x'.repeat(121)]) {
    await assert.rejects(insertOnce(client, 'ledger', rows, token), /cannot name a batch/)
  }
  const away = createAnalyticsClient('http://127.0.0.1:1')
  await assert.rejects(insertOnce(away, 'ledger', rows, 'x'), AnalyticsUnavailableError)
  await away.close()
  await insertOnce(client, 'ledger', [], 'empty')
  assert.deepEqual(await sums(), { wei: 0n, lines: 0n })
})

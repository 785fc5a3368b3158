import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomNumbers } from '@tributary/protocol/testing/randomNumbers'
import type { CommittedBatch } from '../chain/settlementChain.ts'
import { type Earnings, EarningsError, EarningsHistory, sumOf } from './earningsHistory.ts'

const batchOf = (batchId: bigint, fees: bigint): CommittedBatch => ({
  serviceId: 1,
  batchId,
  firstInferenceNo: batchId,
  count: 1,
  fees,
  receiptsRoot: '0x',
  attributionRoot: '0x',
  paramsVersion: 1,
  daCommitment: `0x${batchId}`,
  blockNumber: 1,
  transactionHash: '0x',
})

const money = (earnings: Earnings) => ({ earnings, vouchers: new Map() })

test('whatever is asked in whatever order, cumulative earnings are the plain sum of the batches', async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = randomNumbers(seed)
    const added = Array.from(
      { length: 30 },
      (): Earnings =>
        new Map(
          Array.from({ length: 1 + random.below(6) }, () => [
            random.bigint(20n) + 1n,
            random.bigint(10n ** 18n),
          ]),
        ),
    )
    const batches = added.map((earnings, at) => batchOf(BigInt(at + 1), sumOf(earnings)))
    const history = new EarningsHistory(async ({ batchId }) => money(added[Number(batchId) - 1]))
    let settled = 0
    for (let ask = 0; ask < 25; ask += 1) {
      const last = settled + random.below(31 - settled)
      const expected = new Map<bigint, bigint>()
      for (const earnings of added.slice(0, last)) {
        for (const [id, wei] of earnings) expected.set(id, (expected.get(id) ?? 0n) + wei)
      }
      const found = await history.through(batches, BigInt(last))
      assert.deepEqual(new Map(found), expected)
      assert.equal(
        sumOf(found),
        batches.slice(0, last).reduce((sum, { fees }) => sum + fees, 0n),
      )
      if (random.below(4) === 0) {
        await history.settle(batches, BigInt(last))
        settled = last
      }
    }
  }
})

test('a batch that gives more or less than its fees is refused', async () => {
  const history = new EarningsHistory(async () => money(new Map([[16n, 9n]])))
  await assert.rejects(history.through([batchOf(1n, 10n)], 1n), EarningsError)
  await assert.rejects(history.through([], 1n), EarningsError)
})

test('each batch is read once while epochs follow each other', async () => {
  const read: bigint[] = []
  const history = new EarningsHistory(async ({ batchId }) => {
    read.push(batchId)
    return money(new Map([[16n, 1n]]))
  })
  const batches = Array.from({ length: 40 }, (_, at) => batchOf(BigInt(at + 1), 1n))
  for (let last = 1n; last <= 40n; last += 1n) {
    await history.through(batches, last)
    if (last % 7n === 0n) await history.settle(batches, last)
  }
  assert.equal(read.length, 40)
  await assert.rejects(history.through(batches, 34n), EarningsError)
})

test('batches that a chain has lost are forgotten, and read again as they are now', async () => {
  const history = new EarningsHistory(async ({ fees }) => money(new Map([[16n, fees]])))
  const batches = [batchOf(1n, 5n), batchOf(2n, 6n), batchOf(3n, 7n)]
  await history.settle(batches, 2n)
  assert.deepEqual(await history.through(batches, 3n), new Map([[16n, 18n]]))
  const again = [batches[0], { ...batchOf(2n, 60n), daCommitment: '0xb' }]
  assert.deepEqual(await history.through(again, 2n), new Map([[16n, 65n]]))
})

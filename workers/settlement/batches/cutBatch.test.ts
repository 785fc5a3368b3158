import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomNumbers } from '@tributary/protocol/testing/randomNumbers'
import { cutBatch, type Waiting } from './cutBatch.ts'

const entry = (inferenceNo: bigint, paramsVersion = 1): Waiting => ({ inferenceNo, paramsVersion })

test('takes what follows without a gap, and no more than the limit', () => {
  const waiting = [entry(7n), entry(5n), entry(6n), entry(9n)]
  assert.deepEqual(cutBatch(waiting, 5n, 10), [entry(5n), entry(6n), entry(7n)])
  assert.deepEqual(cutBatch(waiting, 5n, 2), [entry(5n), entry(6n)])
  assert.deepEqual(cutBatch(waiting, 4n, 10), [])
  assert.deepEqual(cutBatch(waiting, 8n, 10), [])
})

test('cuts where the version of the parameters changes', () => {
  const waiting = [entry(1n, 1), entry(2n, 1), entry(3n, 2), entry(4n, 1)]
  assert.deepEqual(cutBatch(waiting, 1n, 10), [entry(1n, 1), entry(2n, 1)])
  assert.deepEqual(cutBatch(waiting, 3n, 10), [entry(3n, 2)])
})

test('cutting on and on commits every receipt exactly once, whatever order they arrive in', () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const random = randomNumbers(seed)
    const all = Array.from({ length: 1 + random.below(60) }, (_, at) =>
      entry(BigInt(at + 1), 1 + Math.floor(at / (1 + random.below(20)))),
    )
    const hidden = [...all]
    const waiting: Waiting[] = []
    const committed: Waiting[] = []
    while (committed.length < all.length) {
      if (hidden.length > 0) waiting.push(...hidden.splice(random.below(hidden.length), 1))
      const batch = cutBatch(waiting, BigInt(committed.length + 1), 1 + random.below(8))
      assert.equal(new Set(batch.map(({ paramsVersion }) => paramsVersion)).size, batch.length && 1)
      committed.push(...batch)
    }
    assert.deepEqual(committed, all)
  }
})

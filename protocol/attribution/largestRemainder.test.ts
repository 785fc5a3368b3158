import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomNumbers } from '../testing/randomNumbers.ts'
import { compareIds, largestRemainder, ShareError } from './largestRemainder.ts'

const item = (accountId: bigint, clusterId: bigint, weight: bigint) => ({
  accountId,
  clusterId,
  weight,
})

test('what is left goes to the largest remainder, then weight, then smaller ids', () => {
  assert.deepEqual(
    largestRemainder(10, [item(9n, 1n, 1n), item(8n, 1n, 1n), item(7n, 1n, 1n)]),
    [3, 3, 4],
  )
  assert.deepEqual(largestRemainder(10, [item(1n, 1n, 26n), item(2n, 1n, 74n)]), [3, 7])
  assert.deepEqual(largestRemainder(2, [item(1n, 1n, 1n), item(2n, 1n, 3n)]), [0, 2])
  assert.deepEqual(largestRemainder(1, [item(1n, 2n, 5n), item(1n, 1n, 5n)]), [0, 1])
})

test('parts sum to the total, are off by less than one, and do not depend on the order', () => {
  const random = randomNumbers(12)
  for (let round = 0; round < 200; round += 1) {
    const items = Array.from({ length: 1 + random.below(20) }, (_, index) =>
      item(random.bigint(5n), BigInt(index + 1), random.bigint(2n ** 70n) + 1n),
    )
    const total = random.below(1_000_001)
    const parts = largestRemainder(total, items)
    assert.equal(
      parts.reduce((sum, part) => sum + part, 0),
      total,
    )
    const sum = items.reduce((weight, one) => weight + one.weight, 0n)
    parts.forEach((part, index) => {
      const error = BigInt(part) * sum - BigInt(total) * items[index]!.weight
      assert.ok(error > -sum && error < sum)
    })
    const order = items.map((_, index) => index).sort((a, b) => compareIds(items[a]!, items[b]!))
    const sorted = largestRemainder(
      total,
      order.map((index) => items[index]!),
    )
    assert.deepEqual(
      order.map((index) => parts[index]),
      sorted,
    )
  }
})

test('nothing is divided by nothing', () => {
  assert.throws(() => largestRemainder(1, []), ShareError)
  assert.throws(() => largestRemainder(1, [item(1n, 1n, 0n)]), ShareError)
  assert.throws(() => largestRemainder(1, [item(1n, 1n, 2n), item(2n, 1n, -1n)]), ShareError)
  assert.throws(() => largestRemainder(-1, [item(1n, 1n, 1n)]), ShareError)
})

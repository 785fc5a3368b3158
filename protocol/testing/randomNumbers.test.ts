import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomNumbers } from './randomNumbers.ts'

test('the same seed gives the same numbers, within their bounds', () => {
  const [one, two, other] = [randomNumbers(5), randomNumbers(5), randomNumbers(6)]
  const drawn = Array.from({ length: 200 }, () => one.below(10))
  assert.deepEqual(
    drawn,
    Array.from({ length: 200 }, () => two.below(10)),
  )
  assert.notDeepEqual(
    drawn,
    Array.from({ length: 200 }, () => other.below(10)),
  )
  assert.equal(new Set(drawn).size, 10)
  assert.ok(one.bigint(2n ** 80n) < 2n ** 80n)
  assert.equal(one.bytes(5).length, 5)
  assert.throws(() => one.pick([]), RangeError)
})

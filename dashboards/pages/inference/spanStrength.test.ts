import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spanStrength } from './spanStrength.ts'

test('the strongest span of an answer is shown most strongly, weaker ones less', () => {
  assert.equal(spanStrength({ bits: 90, qualified: true }, 90), 3)
  assert.equal(spanStrength({ bits: 45, qualified: true }, 90), 2)
  assert.equal(spanStrength({ bits: 10, qualified: true }, 90), 1)
})

test('what is not paid is shown weakly, however long it is', () => {
  assert.equal(spanStrength({ bits: 90, qualified: false }, 90), 1)
})

test('without any information nothing is strong', () => {
  assert.equal(spanStrength({ bits: 0, qualified: true }, 0), 1)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killPlan, PROCESSES } from './killPlan.ts'

test('a plan follows from its seed, and kills everything once a round and the stack once', () => {
  const plan = killPlan(7, ['a', 'b', 'c'], 1000)
  assert.deepEqual(plan, killPlan(7, ['a', 'b', 'c'], 1000))
  assert.notDeepEqual(plan, killPlan(8, ['a', 'b', 'c'], 1000))
  for (const { kills } of plan) {
    const names = kills.map(({ name }) => name).filter((name) => name !== 'stack')
    assert.deepEqual(names.sort(), [...PROCESSES].sort())
    for (const { afterMs } of kills) assert.ok(afterMs >= 400 && afterMs <= 1600)
  }
  const stack = plan.flatMap(({ kills }) => kills).filter(({ name }) => name === 'stack')
  assert.equal(stack.length, 1)
})

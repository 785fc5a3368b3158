import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Slots } from './slots.ts'

test('no more tasks run at once than there are slots, and all get their turn', async () => {
  const slots = new Slots(2)
  const started: number[] = []
  let running = 0
  let most = 0
  const task = async (name: number) => {
    const giveBack = await slots.take()
    started.push(name)
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
    giveBack()
  }
  await Promise.all([1, 2, 3, 4, 5].map(task))
  assert.equal(most, 2)
  assert.deepEqual(started, [1, 2, 3, 4, 5])
})

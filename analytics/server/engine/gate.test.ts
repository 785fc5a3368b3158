import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Gate } from './gate.ts'

const staying = new AbortController().signal

test('never more inside than there are places, in the order of arrival', async () => {
  const gate = new Gate(2)
  const order: number[] = []
  let inside = 0
  await Promise.all(
    [...Array(9).keys()].map((which) =>
      gate.pass(staying, async () => {
        inside += 1
        assert.ok(inside <= 2)
        order.push(which)
        await sleep(1)
        inside -= 1
      }),
    ),
  )
  assert.deepEqual(order, [...Array(9).keys()])
})

test('a failure gives its place back, and who has left gets nothing run', async () => {
  const gate = new Gate(1)
  await assert.rejects(
    gate.pass(staying, () => Promise.reject(new Error('no'))),
    /no/,
  )
  await assert.rejects(
    gate.pass(AbortSignal.abort(), () => Promise.resolve(assert.fail('ran'))),
    /left/,
  )
  assert.equal(await gate.pass(staying, async () => 7), 7)
})

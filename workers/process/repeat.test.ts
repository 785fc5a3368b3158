import assert from 'node:assert/strict'
import { test } from 'node:test'
import { repeat } from './repeat.ts'

test('goes on after a failure and stops at the signal', async () => {
  const stop = new AbortController()
  let runs = 0
  await repeat(
    { stage: 'test', step: 'counting', intervalMs: 1, signal: stop.signal },
    async () => {
      runs += 1
      if (runs === 2) throw new Error('once')
      if (runs === 4) stop.abort()
    },
  )
  assert.equal(runs, 4)
})

test('does not start when the signal has already aborted', async () => {
  await repeat(
    { stage: 'test', step: 'counting', intervalMs: 1, signal: AbortSignal.abort() },
    async () => assert.fail('must not run'),
  )
})

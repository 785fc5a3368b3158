import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TributaryError } from './tributaryError.ts'

class SampleError extends TributaryError {}

test('a named error carries its own name, code, hint and cause', () => {
  const cause = new Error('below')
  const error = new SampleError('above', { code: 'sample', hint: 'do this', cause })
  assert.equal(error.name, 'SampleError')
  assert.equal(error.code, 'sample')
  assert.equal(error.hint, 'do this')
  assert.equal(error.cause, cause)
  assert.equal(new SampleError('plain', { code: 'plain' }).hint, null)
})

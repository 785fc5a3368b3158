import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventStream } from './eventStream.ts'

async function messages(pieces: string[]): Promise<string[]> {
  const found: string[] = []
  const source = (async function* () {
    yield* pieces
  })()
  for await (const message of eventStream(source)) found.push(message)
  return found
}

test('gives the same messages wherever the stream is cut', async () => {
  const whole = ': hello\n\nid: 1\ndata: {"a":1}\n\ndata: one\ndata:two\n\ndata: [DONE]\n\n'
  const expected = ['{"a":1}', 'one\ntwo', '[DONE]']
  for (let at = 0; at <= whole.length; at++) {
    assert.deepEqual(await messages([whole.slice(0, at), whole.slice(at)]), expected)
  }
  assert.deepEqual(await messages([...whole]), expected)
})

test('takes every line break that the standard knows', async () => {
  const whole = 'data: a\r\n\r\ndata: b\r\n\r\n'
  for (let at = 0; at <= whole.length; at++) {
    assert.deepEqual(await messages([whole.slice(0, at), whole.slice(at)]), ['a', 'b'])
  }
})

test('an event without its end is not a message', async () => {
  assert.deepEqual(await messages(['data: a\n\ndata: b']), ['a'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChatError } from './ChatError.ts'
import { chatErrorText } from './chatErrorText.ts'

test('an empty escrow is told in words, with what to do', () => {
  const text = chatErrorText(new ChatError(402, 'payer 7 has 0 OPEN left'))
  assert.match(text, /^Payer 7 has 0 OPEN left\. .*deposit OPEN/)
})

test('an unexpected status is told in the gateway’s own words', () => {
  assert.equal(chatErrorText(new ChatError(500, 'it broke.')), 'It broke.')
})

test('what is no answer of the gateway says so', () => {
  assert.equal(
    chatErrorText(new TypeError('Failed to fetch')),
    'The answer could not be read. Failed to fetch.',
  )
})

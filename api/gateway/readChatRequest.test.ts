import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GatewayError } from './errors.ts'
import { readChatRequest } from './readChatRequest.ts'

const messages = [{ role: 'user', content: 'Hello' }]
const request = (changes: object = {}) => ({ model: 'base', messages, ...changes })

describe('a chat request', () => {
  it('gets defaults for what is left out', () => {
    assert.deepEqual(readChatRequest(request()), {
      model: 'base',
      messages,
      stream: false,
      includeUsage: false,
      maxTokens: 256,
      temperature: 0,
      seed: null,
      stop: [],
      isPublic: false,
    })
  })

  it('is read in all its fields', () => {
    const read = readChatRequest(
      request({
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'A' },
              { type: 'text', text: 'B' },
            ],
          },
          { role: 'assistant', content: '' },
        ],
        stream: true,
        stream_options: { include_usage: true },
        max_tokens: 10,
        max_completion_tokens: 20,
        temperature: 0.5,
        seed: 4294967295,
        stop: ['\n', 'END'],
        n: 1,
        tools: [],
        tributary: { public: true },
      }),
    )
    assert.deepEqual(
      read.messages.map(({ content }) => content),
      ['Be brief.', 'AB', ''],
    )
    assert.equal(read.maxTokens, 20)
    assert.deepEqual(
      [read.stream, read.includeUsage, read.temperature, read.seed, read.stop, read.isPublic],
      [true, true, 0.5, 4294967295, ['\n', 'END'], true],
    )
    assert.deepEqual(readChatRequest(request({ stop: 'x', seed: null, n: null })).stop, ['x'])
  })

  const long = 'x'.repeat(24_000)
  assert.equal(readChatRequest(request({ messages: [{ role: 'user', content: long }] })).seed, null)

  const refusals: [string, unknown, RegExp][] = [
    ['no object', 'text', /no JSON object/],
    ['null', null, /no JSON object/],
    ['a list', [], /no JSON object/],
    ['no model', { messages }, /"model" is missing/],
    ['an empty model', request({ model: '' }), /"model" is missing/],
    ['a model that is no text', request({ model: 3 }), /"model" is missing/],
    ['no messages', { model: 'base' }, /"messages" must be a list/],
    ['an empty list', request({ messages: [] }), /"messages" must be a list of 1 to 64/],
    ['65 messages', request({ messages: Array(65).fill(messages[0]) }), /of 1 to 64/],
    ['a message that is null', request({ messages: [null] }), /messages\[0\]\.role/],
    ['an unknown role', request({ messages: [{ role: 'tool', content: 'x' }] }), /\[0\]\.role/],
    [
      'no content',
      request({ messages: [...messages, { role: 'user' }] }),
      /\[1\]\.content must be/,
    ],
    [
      'an image',
      request({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: 'x' }] }] }),
      /a part that is not text/,
    ],
    ['a part that is null', request({ messages: [{ role: 'user', content: [null] }] }), /not text/],
    [
      'too many characters',
      request({ messages: [{ role: 'user', content: `${long}x` }] }),
      /24001 characters; at most 24000/,
    ],
    ['a NUL', request({ messages: [{ role: 'user', content: 'a\0b' }] }), /NUL character/],
    [
      'half a surrogate pair',
      request({ messages: [{ role: 'user', content: '\ud83d' }] }),
      /lone surrogate/,
    ],
    ['several answers', request({ n: 2 }), /"n" can only be 1/],
    ['tools', request({ tools: [{ type: 'function' }] }), /"tools" are not supported/],
    ['a stream that is no boolean', request({ stream: 'yes' }), /"stream" must be true or false/],
    ['no tokens', request({ max_tokens: 0 }), /"max_tokens" must be a number from 1 to 1024/],
    ['too many tokens', request({ max_tokens: 1025 }), /"max_tokens" must be/],
    ['half a token', request({ max_tokens: 1.5 }), /"max_tokens" must be a whole number/],
    ['tokens as text', request({ max_tokens: '10' }), /"max_tokens" must be/],
    ['a negative temperature', request({ temperature: -0.1 }), /"temperature" must be/],
    ['a temperature above 2', request({ temperature: 2.1 }), /"temperature" must be/],
    ['a temperature that is none', request({ temperature: Number.NaN }), /"temperature" must be/],
    ['a negative seed', request({ seed: -1 }), /"seed" must be/],
    ['a broken seed', request({ seed: 0.5 }), /"seed" must be a whole number/],
    ['five stops', request({ stop: ['a', 'b', 'c', 'd', 'e'] }), /"stop" must be one to four/],
    ['an empty stop', request({ stop: '' }), /"stop" must be/],
    ['a stop that is no text', request({ stop: [1] }), /"stop" must be/],
    [
      'a publicity that is no boolean',
      request({ tributary: { public: 1 } }),
      /"tributary\.public" must be true or false/,
    ],
  ]
  for (const [what, body, message] of refusals) {
    it(`is refused with ${what}`, () => {
      assert.throws(
        () => readChatRequest(body),
        (error) =>
          error instanceof GatewayError &&
          error.status === 400 &&
          error.code === 'invalid_request' &&
          error.type === 'invalid_request_error' &&
          message.test(error.message),
      )
    })
  }
})

import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { sendJson, serve } from '../testing/serve.ts'
import { type EngineEnd, engineStream, serverSentData } from './engineStream.ts'
import { readChatRequest } from './readChatRequest.ts'

const messages = [{ role: 'user', content: 'Hello' }]
const request = readChatRequest({ model: 'base', messages, seed: 5, stop: ['\n'] })

async function ask(
  context: TestContext,
  answer: (response: ServerResponse, body: Record<string, unknown>) => void,
) {
  const engine = await serve((_request, response, body) =>
    answer(response, JSON.parse(body.toString())),
  )
  context.after(() => engine.stop())
  const stream = engineStream(engine.url, 'sha256:ad', request)
  const texts: string[] = []
  for (let step = await stream.next(); ; step = await stream.next()) {
    if (step.done) return { texts, end: step.value as EngineEnd }
    texts.push(step.value.text)
  }
}

const chunk = (delta: object, finish: string | null = null, extra: object = {}) =>
  `data: ${JSON.stringify({ choices: [{ delta, finish_reason: finish }], ...extra })}\n\n`
const usage = { prompt_tokens: 9, completion_tokens: 2 }

test('the engine’s text and its end come through, however they are cut into packets', async (context) => {
  let asked: Record<string, unknown> = {}
  const { texts, end } = await ask(context, (response, body) => {
    asked = body
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const whole = Buffer.from(
      `: hello\n\n${chunk({ role: 'assistant', content: '' })}${chunk({ content: 'Grüße ' })}` +
        `${chunk({ content: '👋' })}${chunk({}, 'stop')}` +
        `data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`,
    )
    // One byte at a time cuts characters as well as events.
    for (const byte of whole) response.write(Buffer.from([byte]))
    response.end()
  })
  assert.deepEqual(texts, ['Grüße ', '👋'])
  assert.deepEqual(end, { finishReason: 'stop', tokensIn: 9, tokensOut: 2 })
  assert.deepEqual(asked, {
    model: 'sha256:ad',
    messages,
    max_tokens: 256,
    temperature: 0,
    seed: 5,
    stop: ['\n'],
    stream: true,
    stream_options: { include_usage: true },
  })
})

const failures: [string, (response: ServerResponse) => void, object][] = [
  [
    'its own refusal is handed on',
    (response) =>
      sendJson(response, { error: { message: 'too long', code: 'context_length' } }, 400),
    { status: 400, code: 'context_length', message: 'too long' },
  ],
  [
    'a crash is a bad gateway',
    (response) => void response.writeHead(500).end('oops'),
    { status: 502, code: 'engine_failed', message: 'the engine: HTTP 500' },
  ],
  [
    'an engine that loads is unavailable',
    (response) => sendJson(response, { error: { message: 'loading' } }, 503),
    { status: 503, code: 'engine_failed', message: 'the engine: loading' },
  ],
  [
    'an error in the stream ends the answer',
    (response) =>
      void response.end(`${chunk({ content: 'a' })}data: {"error":{"message":"no memory"}}\n\n`),
    { status: 502, message: 'the engine: no memory' },
  ],
  [
    'an end without usage is none',
    (response) =>
      void response.end(`${chunk({ content: 'a' })}${chunk({}, 'stop')}data: [DONE]\n\n`),
    { status: 502, message: 'the engine broke off in the middle of the answer' },
  ],
  [
    'a cut stream is none',
    (response) => void response.end(chunk({ content: 'a' }, null, { usage })),
    { status: 502, message: 'the engine broke off in the middle of the answer' },
  ],
]
for (const [what, answer, error] of failures) {
  test(`of the engine, ${what}`, async (context) => {
    await assert.rejects(ask(context, answer), error)
  })
}

test('an engine that is away is named', async (context) => {
  const engine = await serve(() => {})
  await engine.stop()
  await assert.rejects(engineStream(engine.url, 'sha256:ad', request).next(), {
    status: 503,
    code: 'engine_unavailable',
  })
  context.after(() => {})
})

test('server-sent events of several lines are joined, other fields passed over', async () => {
  const text = 'id: 1\nevent: x\ndata: one\ndata: two\n\nevent: none\n\ndata:three\n\ndata: unended'
  const found: string[] = []
  const body = new Blob([text]).stream()
  for await (const data of serverSentData(body)) found.push(data)
  assert.deepEqual(found, ['one\ntwo', 'three'])
})

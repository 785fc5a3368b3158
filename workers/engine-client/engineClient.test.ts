import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { test } from 'node:test'
import type { TrainProgress } from '@tributary/protocol/messages/engineMessages'
import { listenLocally } from '../testing/listenLocally.ts'
import { createEngineClient, EngineError } from './engineClient.ts'

let answer: (response: ServerResponse, path: string) => void
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => answer(response, request.url ?? ''))
})
const url = await listenLocally(server)

const { signal } = new AbortController()
const REQUEST = { seed: 1, records: [{ recordNo: '1', text: 'a' }], config: {} }
const DONE = {
  ...{ adapterHash: 'ad'.repeat(32), weightsHash: 'ae'.repeat(32), configJson: '{}' },
  ...{ featuresHash: null, features: { records: 1, method: 'none' } },
  ...{ lossFirst: 2, lossLast: 1, seconds: 3 },
}

test('hands on progress and gives what training made, however the stream is cut', async () => {
  const stream =
    ': hello\r\n\r\nevent: progress\ndata: {"step":1,"steps":2,"loss":2,"tokensPerSecond":9}\n\n' +
    'event: progress\r\ndata: {"step":2,\r\ndata: "steps":2,"loss":1,"tokensPerSecond":9}\r\n\r\n' +
    `event: done\ndata: ${JSON.stringify(DONE)}\n\n`
  for (const size of [1, 7, 1000]) {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (let at = 0; at < stream.length; at += size) response.write(stream.slice(at, at + size))
      response.end()
    }
    const seen: TrainProgress[] = []
    const done = await createEngineClient(url).train(REQUEST, (now) => seen.push(now), signal)
    assert.deepEqual(done, DONE)
    assert.deepEqual(
      seen.map(({ step, loss }) => [step, loss]),
      [
        [1, 2],
        [2, 1],
      ],
    )
  }
})

test('a refusal, an error event and a broken stream are errors with their reason', async () => {
  const train = () => createEngineClient(url).train(REQUEST, () => {}, signal)
  answer = (response) => {
    response.writeHead(422).end('{"error":{"message":"r is 0","code":"bad_config"}}')
  }
  await assert.rejects(train(), (error) => {
    return error instanceof EngineError && error.status === 422 && error.code === 'bad_config'
  })
  answer = (response) => response.end('event: error\ndata: {"error":{"message":"diverged"}}\n\n')
  await assert.rejects(train(), /diverged/)
  answer = (response) => response.end('event: progress\n')
  await assert.rejects(train(), /without a result/)
  answer = (response) => response.writeHead(502).end('<html>')
  await assert.rejects(train(), /<html>/)
})

test('tokens come back text by text', async () => {
  answer = (response) => response.end('{"ids":[[1,2],[]],"offsets":[[[0,1],[1,2]],[]]}')
  assert.deepEqual(await createEngineClient(url).tokenize(['ab', '']), [[1, 2], []])
  await assert.rejects(createEngineClient(url).tokenize(['only one']), EngineError)
})

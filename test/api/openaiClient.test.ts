/** OpenAI's own client against the gateway, as any program would use it. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseUrl } from '@tributary/protocol/config/databaseUrl'
import { DEVELOPMENT_API_KEY, DEVELOPMENT_KEYS } from '@tributary/protocol/config/developmentKeys'
import OpenAI, {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
} from 'openai'
import pg from 'pg'
import {
  ADAPTER_HASH,
  BASE_HASH,
  type EngineRequest,
  type Gateway,
  startGateway,
} from './Gateway.ts'

interface Reference {
  requestId: string
  inferenceNo: string
  receiptUrl: string
}

const messages = [{ role: 'user' as const, content: 'What is the npm package left-pad?' }]
const TEXTS = ['It pads', ' strings', ' on the left. ', '🙂']
const USAGE = { prompt_tokens: 21, completion_tokens: 9, total_tokens: 30 }
const FIRST = (1n << 48n) + 1n

describe('the openai client', () => {
  let gateway: Gateway
  let client: OpenAI
  let asked: EngineRequest[]

  before(async () => {
    gateway = await startGateway()
    client = clientWith(DEVELOPMENT_API_KEY)
    asked = []
    gateway.script((request, response) => {
      asked.push(request)
      speak(response, TEXTS)
    })
  })
  after(() => gateway?.stop())

  const clientWith = (apiKey: string) =>
    new OpenAI({ baseURL: `${gateway.urls.API_URL}/v1`, apiKey, maxRetries: 0 })
  const status = async () =>
    (await (await fetch(`${gateway.urls.API_URL}/v1/status`)).json()) as { inferences: number }

  const chunk = (response: ServerResponse, body: object) =>
    response.write(`data: ${JSON.stringify(body)}\n\n`)
  const speak = (response: ServerResponse, texts: string[]) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const content of texts) {
      chunk(response, { choices: [{ index: 0, delta: { content }, finish_reason: null }] })
    }
    chunk(response, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
    chunk(response, { choices: [], usage: USAGE })
    response.end('data: [DONE]\n\n')
  }

  it('lists the registered models', async () => {
    const ids: string[] = []
    for await (const model of client.models.list()) ids.push(model.id)
    assert.deepEqual(ids, ['base@1', 'guide@1'])
  })

  it('gets an answer in one piece, with what it cost and where its receipt will be', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: 'base', messages, max_tokens: 50 })
      .withResponse()
    assert.equal(data.choices[0]?.message.content, TEXTS.join(''))
    assert.equal(data.choices[0]?.finish_reason, 'stop')
    assert.equal(data.model, 'base@1')
    assert.deepEqual(data.usage, USAGE)
    const { requestId, inferenceNo, receiptUrl } = (data as unknown as { tributary: Reference })
      .tributary
    assert.equal(BigInt(inferenceNo), FIRST)
    assert.equal(data.id, `chatcmpl-${requestId}`)
    assert.equal(response.headers.get('x-tributary-request'), requestId)
    assert.equal(response.headers.get('x-tributary-adapter'), `sha256:${BASE_HASH.slice(2)}`)
    const engineGot = asked.at(-1)
    assert.equal(engineGot?.model, `sha256:${BASE_HASH.slice(2)}`)
    assert.deepEqual([engineGot?.messages, engineGot?.max_tokens], [messages, 50])

    const receipt = (await (await fetch(receiptUrl)).json()) as Record<string, unknown>
    assert.deepEqual(
      [receipt.requestId, receipt.state, receipt.public, receipt.answer],
      [requestId, 'METERED', false, undefined],
    )
    const job = await eventually(async () => {
      const { jobs } = (await (
        await fetch(`${gateway.urls.JOBS_URL}/jobs?queue=attribute`)
      ).json()) as { jobs: { key: string; spec: { inferenceNo: string; answer: string } }[] }
      return jobs.find(({ key }) => key === requestId)
    }, 'the attribution job')
    assert.deepEqual([job.spec.inferenceNo, job.spec.answer], [inferenceNo, TEXTS.join('')])
  })

  it('gets an answer as it is spoken', async () => {
    const stream = await client.chat.completions.create({
      model: `sha256:${ADAPTER_HASH.slice(2)}`,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    })
    const deltas: string[] = []
    const finishes: string[] = []
    const references: Reference[] = []
    let usage: object | null | undefined
    for await (const part of stream) {
      assert.equal(part.model, 'guide@1')
      const choice = part.choices[0]
      if (choice?.delta.content) deltas.push(choice.delta.content)
      if (choice?.finish_reason) finishes.push(choice.finish_reason)
      if (part.usage) usage = part.usage
      const { tributary } = part as unknown as { tributary?: Reference }
      if (tributary) references.push(tributary)
    }
    assert.deepEqual(deltas, TEXTS)
    assert.deepEqual(finishes, ['stop'])
    assert.deepEqual(usage, USAGE)
    assert.deepEqual(
      references.map(({ inferenceNo }) => BigInt(inferenceNo)),
      [FIRST + 1n],
    )
    const helper = client.chat.completions.stream({ model: 'guide', messages })
    assert.equal(await helper.finalContent(), TEXTS.join(''))
  })

  it('is refused with the classes it knows', async () => {
    const before = await status()
    const poor = clientWith(await keyOfPayer(4_000_000n))
    const thrifty = clientWith(await keyWithCap(1n))
    const unknown = clientWith('trb_unknown')
    const refusals: [OpenAI, object, new (...args: never[]) => APIError, number, string][] = [
      [unknown, {}, AuthenticationError, 401, 'invalid_api_key'],
      [client, { model: 'nobody' }, NotFoundError, 404, 'model_not_found'],
      [client, { model: 'nobody', stream: true }, NotFoundError, 404, 'model_not_found'],
      [client, { messages: [] }, BadRequestError, 400, 'invalid_request'],
      [client, { n: 2 }, BadRequestError, 400, 'invalid_request'],
      [poor, {}, APIError, 402, 'insufficient_escrow'],
      [poor, { stream: true }, APIError, 402, 'insufficient_escrow'],
      [thrifty, {}, APIError, 402, 'spending_cap_reached'],
    ]
    for (const [by, changes, kind, code, name] of refusals) {
      await assert.rejects(
        async () => by.chat.completions.create({ model: 'base', messages, ...changes }),
        (error) => {
          assert.ok(error instanceof kind, String(error))
          assert.deepEqual([error.status, error.code], [code, name])
          assert.ok(error.message.length > 20, error.message)
          return true
        },
      )
    }
    assert.deepEqual(await status(), before)
  })

  it('pays nothing for an answer that the engine could not give', async () => {
    const before = await status()
    const failing = async (
      answer: (response: ServerResponse) => void,
      changes: object,
      kind: new (...args: never[]) => APIError,
    ) => {
      gateway.script((_request, response) => answer(response))
      const call = async () => {
        const given = (await client.chat.completions.create({
          model: 'base',
          messages,
          ...changes,
        })) as unknown as AsyncIterable<unknown>
        if ('stream' in changes) for await (const _ of given);
      }
      await assert.rejects(call, kind)
    }
    const tooLong = {
      error: { message: 'the prompt is too long', code: 'context_length_exceeded' },
    }
    await failing(
      (response) => void response.writeHead(400).end(JSON.stringify(tooLong)),
      {},
      BadRequestError,
    )
    await failing((response) => void response.writeHead(500).end(), {}, InternalServerError)
    const breakOff = (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      chunk(response, { choices: [{ index: 0, delta: { content: 'It' }, finish_reason: null }] })
      setTimeout(() => response.destroy(), 20)
    }
    await failing(breakOff, {}, APIError)
    await failing(breakOff, { stream: true }, APIError)
    assert.deepEqual(await status(), before)
  })

  it('pays for an answer that it does not hear to its end', async () => {
    const before = await status()
    let goOn = () => {}
    gateway.script((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      chunk(response, { choices: [{ index: 0, delta: { content: 'It' }, finish_reason: null }] })
      goOn = () => {
        chunk(response, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
        chunk(response, { choices: [], usage: USAGE })
        response.end('data: [DONE]\n\n')
      }
    })
    const stream = await client.chat.completions.create({ model: 'base', messages, stream: true })
    for await (const part of stream) if (part.choices[0]?.delta.content) break
    stream.controller.abort()
    await sleep(50)
    goOn()
    await eventually(
      async () => ((await status()).inferences === before.inferences + 1 ? true : undefined),
      'the metered answer',
    )
  })

  /** A key like the development key, of another payer or with another cap. */
  const addKey = async (key: string, payerId: bigint | null, cap: bigint) => {
    const database = new pg.Client(databaseUrl({ databaseUrl: gateway.urls.DATABASE_URL }, 'app'))
    await database.connect()
    try {
      await database.query(
        `insert into api_key (key_hash, label, payer_id, signer_key, cap)
         select $1, 'test', coalesce($2, payer_id), $3, $4 from api_key where label = 'development key'`,
        [
          createHash('sha256').update(key).digest('hex'),
          payerId?.toString() ?? null,
          DEVELOPMENT_KEYS[5],
          cap.toString(),
        ],
      )
    } finally {
      await database.end()
    }
    return key
  }
  const keyOfPayer = (payerId: bigint) => addKey(`trb_payer_${payerId}`, payerId, 10n ** 24n)
  const keyWithCap = (cap: bigint) => addKey(`trb_cap_${cap}`, null, cap)
})

async function eventually<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(50)) {
    const found = await look()
    if (found !== undefined) return found
  }
  throw new Error(`${what} did not come within 10 s`)
}

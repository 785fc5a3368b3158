import { randomBytes } from 'node:crypto'
import { fee } from '@tributary/protocol/fees/fee'
import { newRequestId } from '@tributary/protocol/ids/requestId'
import type { FastifyInstance } from 'fastify'
import type { Kysely } from 'kysely'
import type { ChainFacts } from '../chain/chainFacts.ts'
import type { AppDatabase } from '../database/schema.ts'
import { authenticate, type Caller } from './apiKeys.ts'
import { type EngineEnd, engineStream } from './engineStream.ts'
import { GatewayError, sendGatewayError, toGatewayError } from './errors.ts'
import { meter } from './meter.ts'
import type { CatalogueModel, ModelCatalogue } from './modelCatalogue.ts'
import type { Reservations } from './Reservations.ts'
import { type ChatRequest, readChatRequest } from './readChatRequest.ts'

export interface GatewayParts {
  database: Kysely<AppDatabase>
  chain: ChainFacts
  catalogue: ModelCatalogue
  reservations: Reservations
  engineUrl: string
  /** Called after each metered answer: the outbox has something to send. */
  metered: () => void
}

/** Tokens of a chat template around a message, and around them all, at most. */
const TOKENS_PER_MESSAGE = 16
const TOKENS_PER_CHAT = 64

/**
 * `POST /v1/chat/completions` in OpenAI's form. The answer's last chunk carries
 * `tributary: {requestId, inferenceNo, receiptUrl}`; the receipt itself follows a few seconds later.
 * A call that fails costs nothing. A reader who leaves does not stop the answer: it is finished and
 * metered, so that nobody reads for nothing by hanging up before the end.
 */
export function chatCompletions(server: FastifyInstance, gateway: () => GatewayParts): void {
  server.post('/v1/chat/completions', { bodyLimit: 256 * 1024 }, async (request, reply) => {
    let hold: (() => void) | undefined
    try {
      const parts = gateway()
      const caller = await authenticate(parts.database, request.headers.authorization)
      const chat = readChatRequest(request.body)
      const model = await parts.catalogue.resolve(chat.model)
      const params = await parts.chain.params()
      // No token of a byte-level vocabulary holds less than a byte, so it can never cost more.
      const mostIn = chat.messages.reduce(
        (sum, { content }) => sum + Buffer.byteLength(content) + TOKENS_PER_MESSAGE,
        TOKENS_PER_CHAT,
      )
      hold = await parts.reservations.reserve(
        caller,
        fee(mostIn, chat.maxTokens, params.feeRateIn, params.feeRateOut),
      )
      const now = Date.now()
      const requestId = newRequestId(now, randomBytes(10))
      // As the caller reached it, which need not be the address that is listened on.
      const receiptUrl = `${request.protocol}://${request.host}/v1/receipts/${requestId}`
      const modelHash = `sha256:${(model.adapterHash ?? model.baseHash).slice(2)}`
      const headers = {
        'x-tributary-request': requestId,
        'x-tributary-adapter': modelHash,
      }
      const stream = engineStream(parts.engineUrl, modelHash, chat)
      // Until the first token the call can still fail with a plain status.
      const first = await stream.next()
      if (!chat.stream) {
        let text = ''
        let step = first
        while (!step.done) {
          text += step.value.text
          step = await stream.next()
        }
        const number = await finish(parts, caller, chat, model, requestId, text, step.value, params)
        return reply.headers(headers).send({
          id: `chatcmpl-${requestId}`,
          object: 'chat.completion',
          created: Math.floor(now / 1000),
          model: `${model.alias}@${model.version}`,
          choices: [
            {
              index: 0,
              message: { role: 'assistant', content: text, refusal: null },
              logprobs: null,
              finish_reason: step.value.finishReason,
            },
          ],
          usage: usage(step.value),
          tributary: { requestId, inferenceNo: number.toString(), receiptUrl },
        })
      }
      reply.hijack()
      const out = reply.raw
      out.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'x-tributary-request, x-tributary-adapter',
      })
      const send = (body: object) => {
        if (!out.writableEnded && !out.destroyed) out.write(`data: ${JSON.stringify(body)}\n\n`)
      }
      const chunk = (delta: object, finishReason: string | null, extra: object = {}) =>
        send({
          id: `chatcmpl-${requestId}`,
          object: 'chat.completion.chunk',
          created: Math.floor(now / 1000),
          model: `${model.alias}@${model.version}`,
          choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
          ...extra,
        })
      try {
        let text = ''
        chunk({ role: 'assistant', content: '' }, null)
        let step = first
        while (!step.done) {
          text += step.value.text
          chunk({ content: step.value.text }, null)
          step = await stream.next()
        }
        const number = await finish(parts, caller, chat, model, requestId, text, step.value, params)
        chunk({}, step.value.finishReason, {
          tributary: { requestId, inferenceNo: number.toString(), receiptUrl },
        })
        if (chat.includeUsage) {
          send({
            id: `chatcmpl-${requestId}`,
            object: 'chat.completion.chunk',
            created: Math.floor(now / 1000),
            model: `${model.alias}@${model.version}`,
            choices: [],
            usage: usage(step.value),
          })
        }
        out.write('data: [DONE]\n\n')
      } catch (error) {
        const known = toGatewayError(error)
        if (!known) request.log.error(error)
        const told =
          known ??
          new GatewayError(500, 'internal', 'the answer could not be finished; it costs nothing')
        send(told.toJson())
      }
      out.end()
      return reply
    } catch (error) {
      return sendGatewayError(reply, error)
    } finally {
      hold?.()
    }
  })
}

async function finish(
  parts: GatewayParts,
  caller: Caller,
  chat: ChatRequest,
  model: CatalogueModel,
  requestId: string,
  text: string,
  end: EngineEnd,
  params: Awaited<ReturnType<ChainFacts['params']>>,
): Promise<bigint> {
  const answer = {
    requestId,
    modelId: model.modelId,
    model: `${model.alias}@${model.version}`,
    adapterHash: model.adapterHash,
    baseHash: model.baseHash,
    messages: chat.messages,
    answer: text,
    tokensIn: end.tokensIn,
    tokensOut: end.tokensOut,
    fee: fee(end.tokensIn, end.tokensOut, params.feeRateIn, params.feeRateOut),
    paramsVersion: params.version,
    promptSalt: `0x${randomBytes(32).toString('hex')}`,
    answerSalt: `0x${randomBytes(32).toString('hex')}`,
    isPublic: chat.isPublic,
    issuedAt: BigInt(Date.now()),
  }
  const number = await meter({
    database: parts.database,
    caller,
    serviceId: parts.chain.serviceId,
    escrowDomain: parts.chain.escrowDomain,
    answer,
    attributeSpec: (inferenceNo) => ({
      requestId,
      inferenceNo: inferenceNo.toString(),
      modelId: model.modelId.toString(),
      adapterHash: model.adapterHash,
      baseHash: model.baseHash,
      featuresHash: model.featuresHash,
      messages: chat.messages,
      answer: text,
      temperature: chat.temperature,
      snapshots: model.snapshots,
      paramsVersion: params.version,
    }),
  })
  parts.metered()
  return number
}

function usage(end: EngineEnd) {
  return {
    prompt_tokens: end.tokensIn,
    completion_tokens: end.tokensOut,
    total_tokens: end.tokensIn + end.tokensOut,
  }
}

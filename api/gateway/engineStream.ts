import { GatewayError } from './errors.ts'
import type { ChatRequest } from './readChatRequest.ts'

export interface EngineChunk {
  text: string
}

export interface EngineEnd {
  finishReason: string
  tokensIn: number
  tokensOut: number
}

interface WireChunk {
  choices?: { delta?: { content?: string }; finish_reason?: string | null }[]
  usage?: { prompt_tokens: number; completion_tokens: number } | null
  error?: { message: string; code?: string; type?: string }
}

/**
 * Asks the engine and yields its text as it comes; returns how the answer ended and what it took.
 * Throws a GatewayError (502, 503 or the engine's own 4xx): such a call costs nothing.
 */
export async function* engineStream(
  engineUrl: string,
  modelHash: string,
  request: ChatRequest,
): AsyncGenerator<EngineChunk, EngineEnd> {
  let response: Response
  try {
    response = await fetch(`${engineUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: modelHash,
        messages: request.messages,
        max_tokens: request.maxTokens,
        temperature: request.temperature,
        ...(request.seed === null ? {} : { seed: request.seed }),
        ...(request.stop.length === 0 ? {} : { stop: request.stop }),
        stream: true,
        stream_options: { include_usage: true },
      }),
    })
  } catch {
    throw new GatewayError(503, 'engine_unavailable', 'the engine does not answer; try again soon')
  }
  if (!response.ok || !response.body) {
    const answer = (await response.json().catch(() => null)) as WireChunk | null
    const message = answer?.error?.message ?? `HTTP ${response.status}`
    throw response.status >= 400 && response.status < 500
      ? new GatewayError(response.status, answer?.error?.code ?? 'engine_refused', message)
      : new GatewayError(
          response.status === 503 ? 503 : 502,
          'engine_failed',
          `the engine: ${message}`,
        )
  }
  let finishReason: string | undefined
  let usage: WireChunk['usage']
  for await (const data of serverSentData(response.body)) {
    if (data === '[DONE]') break
    const chunk = JSON.parse(data) as WireChunk
    if (chunk.error)
      throw new GatewayError(502, 'engine_failed', `the engine: ${chunk.error.message}`)
    const choice = chunk.choices?.[0]
    if (choice?.delta?.content) yield { text: choice.delta.content }
    if (choice?.finish_reason) finishReason = choice.finish_reason
    if (chunk.usage) usage = chunk.usage
  }
  if (!finishReason || !usage) {
    throw new GatewayError(502, 'engine_failed', 'the engine broke off in the middle of the answer')
  }
  return { finishReason, tokensIn: usage.prompt_tokens, tokensOut: usage.completion_tokens }
}

/** The `data:` of each server-sent event of a body. */
export async function* serverSentData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let buffer = ''
  for await (const bytes of body) {
    buffer += decoder.decode(bytes, { stream: true })
    let end = buffer.indexOf('\n\n')
    while (end >= 0) {
      const lines = buffer.slice(0, end).split('\n')
      buffer = buffer.slice(end + 2)
      const data = lines
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trimStart())
      if (data.length > 0) yield data.join('\n')
      end = buffer.indexOf('\n\n')
    }
  }
}

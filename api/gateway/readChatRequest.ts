import type { ChatMessage } from '../database/schema.ts'
import { GatewayError } from './errors.ts'

/** What of OpenAI's request is understood; the rest of its optional fields is refused or ignored as documented in the README. */
export interface ChatRequest {
  model: string
  messages: ChatMessage[]
  stream: boolean
  includeUsage: boolean
  maxTokens: number
  temperature: number
  seed: number | null
  stop: string[]
  /** Whether the payer lets everybody see the prompt, the answer and the evidence. */
  isPublic: boolean
}

const MAX_MESSAGES = 64
const MAX_CHARACTERS = 24_000
const MAX_TOKENS = 1024
const DEFAULT_TOKENS = 256

/** Reads the body of `POST /v1/chat/completions`. Throws a GatewayError with status 400. */
export function readChatRequest(body: unknown): ChatRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('the body is no JSON object')
  }
  const given = body as Record<string, unknown>
  const { model, messages } = given
  if (typeof model !== 'string' || model === '') {
    throw invalid('"model" is missing; GET /v1/models lists the models')
  }
  if (!Array.isArray(messages) || messages.length === 0 || messages.length > MAX_MESSAGES) {
    throw invalid(`"messages" must be a list of 1 to ${MAX_MESSAGES} messages`)
  }
  const read = messages.map(readMessage)
  const characters = read.reduce((sum, { content }) => sum + content.length, 0)
  if (characters > MAX_CHARACTERS) {
    throw invalid(`the messages hold ${characters} characters; at most ${MAX_CHARACTERS} are taken`)
  }
  if (given.n !== undefined && given.n !== null && given.n !== 1) {
    throw invalid('"n" can only be 1: one answer, one receipt')
  }
  if (Array.isArray(given.tools) && given.tools.length > 0)
    throw invalid('"tools" are not supported')
  const streamOptions = given.stream_options as { include_usage?: unknown } | null | undefined
  const extension = given.tributary as { public?: unknown } | null | undefined
  return {
    model,
    messages: read,
    stream: boolean(given.stream, 'stream'),
    includeUsage: streamOptions?.include_usage === true,
    maxTokens: number(
      given.max_completion_tokens ?? given.max_tokens,
      'max_tokens',
      DEFAULT_TOKENS,
      1,
      MAX_TOKENS,
      true,
    ),
    temperature: number(given.temperature, 'temperature', 0, 0, 2, false),
    seed:
      given.seed === undefined || given.seed === null
        ? null
        : number(given.seed, 'seed', 0, 0, 0xffff_ffff, true),
    stop: readStop(given.stop),
    isPublic: boolean(extension?.public, 'tributary.public'),
  }
}

function readMessage(message: unknown, index: number): ChatMessage {
  const { role, content } = (message ?? {}) as { role?: unknown; content?: unknown }
  if (role !== 'system' && role !== 'user' && role !== 'assistant') {
    throw invalid(`messages[${index}].role must be "system", "user" or "assistant"`)
  }
  const text = readContent(content, index)
  // Neither has a form in UTF-8 that could be hashed and kept as it came.
  if (!text.isWellFormed() || text.includes('\0')) {
    throw invalid(`messages[${index}].content holds a lone surrogate or a NUL character`)
  }
  return { role, content: text }
}

function readContent(content: unknown, index: number): string {
  if (typeof content === 'string') return content
  if (Array.isArray(content)) {
    const parts = content.map((part) => {
      const { type, text } = (part ?? {}) as { type?: unknown; text?: unknown }
      if (type !== 'text' || typeof text !== 'string') {
        throw invalid(`messages[${index}].content holds a part that is not text`)
      }
      return text
    })
    return parts.join('')
  }
  throw invalid(`messages[${index}].content must be text`)
}

function readStop(stop: unknown): string[] {
  if (stop === undefined || stop === null) return []
  const list = Array.isArray(stop) ? stop : [stop]
  if (list.length > 4 || list.some((text) => typeof text !== 'string' || text === '')) {
    throw invalid('"stop" must be one to four texts')
  }
  return list as string[]
}

function boolean(value: unknown, name: string): boolean {
  if (value === undefined || value === null) return false
  if (typeof value !== 'boolean') throw invalid(`"${name}" must be true or false`)
  return value
}

function number(
  value: unknown,
  name: string,
  fallback: number,
  min: number,
  max: number,
  whole: boolean,
): number {
  if (value === undefined || value === null) return fallback
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max) {
    throw invalid(`"${name}" must be a number from ${min} to ${max}`)
  }
  if (whole && !Number.isInteger(value)) throw invalid(`"${name}" must be a whole number`)
  return value
}

function invalid(message: string): GatewayError {
  return new GatewayError(400, 'invalid_request', message)
}

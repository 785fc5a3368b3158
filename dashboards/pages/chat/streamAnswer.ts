import { ChatError } from './ChatError.ts'
import { eventStream } from './eventStream.ts'

/** A piece of an answer, or at its end what the gateway calls it. */
export type AnswerPiece = { text: string } | { requestId: string }

interface Chunk {
  choices?: { delta?: { content?: string } }[]
  tributary?: { requestId: string }
  error?: { message: string }
}

/**
 * Asks a model and gives the answer piece by piece, its request id last.
 * Throws a ChatError when the gateway refuses, or when the answer breaks off.
 */
export async function* streamAnswer(options: {
  key: string
  model: string
  question: string
  isPublic: boolean
  signal: AbortSignal
}): AsyncGenerator<AnswerPiece> {
  const response = await fetch('/v1/chat/completions', {
    method: 'POST',
    signal: options.signal,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${options.key}` },
    body: JSON.stringify({
      model: options.model,
      messages: [{ role: 'user', content: options.question }],
      stream: true,
      temperature: 0,
      tributary: { public: options.isPublic },
    }),
  })
  if (!response.ok || !response.body) throw await refusal(response)
  let isWhole = false
  for await (const message of eventStream(texts(response.body))) {
    if (message === '[DONE]') {
      isWhole = true
      break
    }
    const chunk = JSON.parse(message) as Chunk
    if (chunk.error) throw new ChatError(0, chunk.error.message)
    const text = chunk.choices?.[0]?.delta?.content
    if (text) yield { text }
    if (chunk.tributary) yield { requestId: chunk.tributary.requestId }
  }
  if (!isWhole) throw new ChatError(0, 'the answer broke off before its end')
}

async function refusal(response: Response): Promise<ChatError> {
  const body = (await response.json().catch(() => null)) as Chunk | null
  return new ChatError(
    response.status,
    body?.error?.message ?? `the gateway answered with status ${response.status}`,
  )
}

async function* texts(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield decoder.decode(value, { stream: true })
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

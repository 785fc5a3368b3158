import { CliError } from '../command/CliError.ts'

/** A piece of a streamed answer, OpenAI's wire format with our reference at its end. */
export interface Chunk {
  model?: string
  choices?: { delta?: { content?: string } }[]
  tributary?: { requestId: string; inferenceNo: string; receiptUrl: string }
  error?: { message: string; code?: string | null }
}

/** The chunks of a streamed answer; an error in the stream is thrown. */
export async function* readChunks(response: Response): AsyncGenerator<Chunk> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of response.body ?? []) {
    rest += decoder.decode(bytes, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (!line.startsWith('data:')) continue
      const data = line.slice('data:'.length).trim()
      if (data === '[DONE]') return
      const chunk = JSON.parse(data) as Chunk
      if (chunk.error) {
        throw new CliError(chunk.error.message, { code: chunk.error.code ?? 'answer_failed' })
      }
      yield chunk
    }
  }
  throw new CliError('the answer broke off', {
    code: 'answer_broken',
    hint: 'It costs nothing; ask again.',
  })
}

import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type {
  EngineHealth,
  InfluenceResult,
  TrainDone,
  TrainProgress,
} from '@tributary/protocol/messages/engineMessages'
import {
  readEngineHealth,
  readInfluenceResult,
  readTokenizeResult,
  readTrainDone,
  readTrainProgress,
} from '@tributary/protocol/messages/engineMessages'
import { readServerEvents } from '../jobs/readServerEvents.ts'
import { jsonRequest } from '../process/jsonRequest.ts'

/** The engine refused a request or broke off. */
export class EngineError extends TributaryError {
  /** HTTP status; 0 where the stream broke off. */
  readonly status: number
  constructor(status: number, code: string, message: string) {
    super(message, { code, hint: 'See the log of the engine.' })
    this.status = status
  }
}

/** One record to train on. */
export type TrainingRecord = { recordNo: string } & (
  | { question: string; answer: string }
  | { text: string }
)

/** What the stages before the answer ask of the engine (`workers/engine`). */
export interface EngineClient {
  health(): Promise<EngineHealth>
  /** Token ids of each text. */
  tokenize(texts: string[]): Promise<number[][]>
  /** Trains one adapter; the engine stores all that it makes in the content store. */
  train(
    request: { seed: number; records: TrainingRecord[]; config: Record<string, unknown> },
    progress: (progress: TrainProgress) => void,
    signal: AbortSignal,
  ): Promise<TrainDone>
  /**
   * How an answer came about: how far the base alone would have said it, its tokens, and what each
   * record that the adapter was trained on did to it.
   */
  influence(request: InfluenceRequest, signal: AbortSignal): Promise<InfluenceResult>
}

/** An answer to explain. */
export interface InfluenceRequest {
  /** adapterHash of the model that gave it. */
  adapter: string
  /** Hash of that model's gradient features in the content store; null where it has none. */
  features: string | null
  messages: { role: string; content: string }[]
  answer: string
  /** At which it was sampled; 0 where the likeliest token was taken. */
  temperature: number
}

/**
 * Connects to the engine at `ENGINE_URL`.
 *
 * @example
 * const [ids] = await createEngineClient(configuration.engineUrl).tokenize(['Hello'])
 */
export function createEngineClient(url: string): EngineClient {
  async function call(path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    const response = await fetch(`${url}${path}`, jsonRequest(body, signal))
    if (!response.ok) throw refusal(response.status, path, await response.text())
    return response
  }
  return {
    async health() {
      return readEngineHealth(await (await call('/health')).json())
    },
    async tokenize(texts) {
      const response = await call('/internal/tokenize', { texts })
      const { ids } = readTokenizeResult(await response.json())
      if (ids.length !== texts.length) {
        const message = `the engine tokenised ${ids.length} of ${texts.length} texts`
        throw new EngineError(response.status, 'engine_answer', message)
      }
      return ids
    },
    async train(request, progress, signal) {
      const response = await call('/internal/train', request, signal)
      for await (const { event, data } of readServerEvents(response)) {
        const message: unknown = JSON.parse(data)
        if (event === 'progress') progress(readTrainProgress(message))
        else if (event === 'done') return readTrainDone(message)
        else if (event === 'error') throw refusal(response.status, '/internal/train', data)
      }
      throw new EngineError(0, 'engine_broke_off', 'the engine ended a training without a result')
    },
    async influence(request, signal) {
      const response = await call('/internal/influence', request, signal)
      return readInfluenceResult(await response.json())
    },
  }
}

function refusal(status: number, path: string, text: string): EngineError {
  try {
    const { error } = JSON.parse(text) as { error: { message: string; code?: string } }
    return new EngineError(status, error.code ?? 'engine_refused', `${path}: ${error.message}`)
  } catch {
    // Not one of the engine's own answers; its text is all there is.
    return new EngineError(status, 'engine_refused', `${path}: ${text.slice(0, 300)}`)
  }
}

import type { FastifyReply } from 'fastify'
import type { BlockInfo } from '../../graphql/deployment.ts'
import type { MetricFamily } from '../metrics/metricFamily.ts'
import { runLiveQuery } from './liveQuery.ts'

/** Live queries at a time; each holds a connection and asks again at every block. */
const MAX_STREAMS = 500

/** More live queries are open than this host serves at a time; answered with status 503. */
export class TooManyStreamsError extends Error {
  override readonly name = 'TooManyStreamsError'
}

/** The live queries that are open, as server-sent events. */
export class LiveStreams {
  readonly #open = new Set<AbortController>()

  metric(): MetricFamily {
    return {
      name: 'live_queries',
      help: 'Live queries that are open',
      type: 'gauge',
      samples: [{ labels: {}, value: this.#open.size }],
    }
  }

  /**
   * Turns a request into an event stream that lasts until the client goes or {@link close}.
   *
   * @throws {TooManyStreamsError} when too many are open.
   */
  open(
    reply: FastifyReply,
    head: () => Promise<BlockInfo | null>,
    answer: () => Promise<string>,
  ): void {
    if (this.#open.size >= MAX_STREAMS) {
      throw new TooManyStreamsError(
        `${MAX_STREAMS} live queries are open already: close some, or ask again later`,
      )
    }
    const ending = new AbortController()
    this.#open.add(ending)
    const stream = reply.hijack().raw
    stream.once('close', () => ending.abort())
    stream.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'access-control-allow-origin': '*',
      // nginx would keep events back until it has many.
      'x-accel-buffering': 'no',
    })
    const live = {
      head,
      answer,
      send: (text: string) => stream.write(text),
      canSend: () => !stream.writableNeedDrain,
    }
    void runLiveQuery(live, ending.signal)
      // A lost database ends the stream; clients of event streams connect again by themselves.
      .catch(() => {})
      .finally(() => {
        this.#open.delete(ending)
        stream.end()
      })
  }

  /** Ends all streams. */
  close(): void {
    for (const ending of this.#open) ending.abort()
  }
}

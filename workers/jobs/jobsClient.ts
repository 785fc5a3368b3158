import { Wallet } from 'ethers'
import type { JobEvent } from '../control/verbs/eventsAfter.ts'
import type { JobState } from '../control/verbs/jobRow.ts'
import type { Lease } from '../control/verbs/lease.ts'
import type { JobView } from '../control/verbs/readJob.ts'
import { jsonRequest } from '../process/jsonRequest.ts'
import { sleep } from '../process/sleep.ts'
import { JobsError, LeaseLost } from './errors.ts'
import { LAST_EVENTS } from './lastEvents.ts'
import { readServerEvents } from './readServerEvents.ts'
import { resultDigest } from './resultDigest.ts'

export type { JobEvent, JobState, JobView, Lease }

/** A job and the fence under which the caller acts on it. */
export type Held = Pick<Lease, 'jobId' | 'fence'>

/** The verbs of the job service (`workers/control`). */
export interface JobsClient {
  /** Adds a job; the same (queue, key) always is the same job, and keeps its first spec. */
  enqueue(queue: string, key: string, spec: unknown): Promise<{ jobId: string; created: boolean }>
  read(jobId: string): Promise<JobView>
  /**
   * Jobs in the byte order of their keys. `state` is one state, several with commas, or `open`
   * (queued or leased).
   */
  list(filter: {
    queue?: string
    state?: string
    afterKey?: string
    limit?: number
  }): Promise<JobView[]>
  /** Waits up to `waitMs` for a job of one of the queues, tried in that order. */
  lease(queues: string[], waitMs: number, signal?: AbortSignal): Promise<Lease | undefined>
  /** Prolongs the lease; `cancel` asks the worker to give the job up by `fail`. */
  heartbeat(held: Held, progress?: unknown): Promise<'continue' | 'cancel'>
  /** Adds an event of the worker's own type to the job's log. */
  event(held: Held, type: string, data: unknown): Promise<void>
  /** Ends the job with its result, signed with this client's key. */
  complete(held: Held, result: unknown): Promise<void>
  fail(held: Held, error: string, retry: boolean): Promise<void>
  cancel(jobId: string): Promise<JobState>
  /**
   * The events after number `after` as they happen, reconnecting where it left off, until the
   * signal aborts. With `jobId` it ends by itself after that job's last event.
   */
  stream(options: {
    after: number
    queue?: string
    jobId?: string
    signal: AbortSignal
  }): AsyncGenerator<JobEvent>
}

/**
 * Connects to the job service.
 *
 * @param options.worker name under which this process leases
 * @param options.key private key that signs results; without one `complete` is refused
 * @example
 * const jobs = createJobsClient({ url: configuration.jobsUrl, worker: 'training-1', key })
 * const lease = await jobs.lease(['train'], 20_000)
 */
export function createJobsClient(options: {
  url: string
  worker: string
  key?: string
}): JobsClient {
  const wallet = options.key === undefined ? undefined : new Wallet(options.key)

  async function call(path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
    const response = await fetch(`${options.url}${path}`, jsonRequest(body, signal))
    if (response.status === 204) return undefined
    const text = await response.text()
    if (!response.ok) throw refusal(response.status, path, text)
    return JSON.parse(text)
  }

  return {
    async enqueue(queue, key, spec) {
      return (await call('/jobs', { queue, key, spec })) as { jobId: string; created: boolean }
    },
    async read(jobId) {
      return (await call(`/jobs/${jobId}`)) as JobView
    },
    async list(filter) {
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries(filter)) {
        if (value !== undefined) query.set(name, String(value))
      }
      return ((await call(`/jobs?${query}`)) as { jobs: JobView[] }).jobs
    },
    async lease(queues, waitMs, signal) {
      const body = { queues, worker: options.worker, waitMs }
      return (await call('/leases', body, signal)) as Lease | undefined
    },
    async heartbeat(held, progress) {
      const body = { fence: held.fence, progress }
      const answer = await call(`/jobs/${held.jobId}/heartbeat`, body)
      return (answer as { action: 'continue' | 'cancel' }).action
    },
    async event(held, type, data) {
      await call(`/jobs/${held.jobId}/events`, { fence: held.fence, type, data })
    },
    async complete(held, result) {
      if (wallet === undefined) {
        throw new JobsError(0, 'no_worker_key', 'a result must be signed: give the client a key')
      }
      const signature = wallet.signMessageSync(resultDigest(result))
      const body = { fence: held.fence, result, worker: wallet.address, signature }
      await call(`/jobs/${held.jobId}/complete`, body)
    },
    async fail(held, error, retry) {
      await call(`/jobs/${held.jobId}/fail`, { fence: held.fence, error, retry })
    },
    async cancel(jobId) {
      return ((await call(`/jobs/${jobId}/cancel`, {})) as { state: JobState }).state
    },
    async *stream({ after, queue, jobId, signal }) {
      let seen = after
      while (!signal.aborted) {
        try {
          const query = new URLSearchParams({ after: String(seen) })
          if (queue !== undefined) query.set('queue', queue)
          const path = jobId === undefined ? '/stream' : `/jobs/${jobId}/stream`
          const response = await fetch(`${options.url}${path}?${query}`, { signal })
          if (!response.ok) throw refusal(response.status, path, await response.text())
          for await (const message of readServerEvents(response)) {
            const event = JSON.parse(message.data) as JobEvent
            seen = event.seq
            yield event
            if (jobId !== undefined && LAST_EVENTS.has(event.type)) return
          }
          // Ended in good order all the same: the service is being restarted.
          await sleep(200, signal)
        } catch (error) {
          if (signal.aborted) return
          // Anything but a refusal is the service being away; it comes back.
          if (error instanceof JobsError && error.status < 500) throw error
          await sleep(500, signal)
        }
      }
    },
  }
}

function refusal(status: number, path: string, text: string): JobsError {
  let code = `http_${status}`
  let message = text.slice(0, 500)
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } }
    code = error.code
    message = error.message
  } catch {
    // Not one of the service's own answers; its text is all there is.
  }
  const Refusal = status === 409 ? LeaseLost : JobsError
  return new Refusal(status, code, `${path}: ${message}`)
}

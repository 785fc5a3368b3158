import { errorMessage } from '../process/errorMessage.ts'
import { log } from '../process/log.ts'
import { sleep } from '../process/sleep.ts'
import { LeaseLost, PermanentFailure } from './errors.ts'
import type { JobsClient, Lease } from './jobsClient.ts'

/** What a handler may do beside returning the job's result. */
export interface LeaseContext {
  /** Aborts when the lease is lost, the job is cancelled, or the process ends. */
  signal: AbortSignal
  /** Kept with the job and sent to its streams. */
  progress(value: unknown): Promise<void>
}

/**
 * Leases jobs one after another and runs `handle` on each until the signal aborts: heartbeats go
 * out meanwhile, the returned value becomes the signed result, an error sends the job back into its
 * queue unless it is a `PermanentFailure`.
 *
 * @example
 * await workLeases({ stage: 'training', jobs, queues: ['train'], signal, handle: trainJob })
 */
export async function workLeases(options: {
  stage: string
  jobs: JobsClient
  queues: string[]
  signal: AbortSignal
  handle(lease: Lease, context: LeaseContext): Promise<unknown>
}): Promise<void> {
  const { stage, jobs, queues, signal } = options
  while (!signal.aborted) {
    let lease: Lease | undefined
    try {
      lease = await jobs.lease(queues, 20_000, signal)
    } catch (error) {
      if (signal.aborted) return
      log(stage, 'no lease', { error: errorMessage(error) })
      await sleep(1000, signal)
      continue
    }
    if (lease !== undefined) await workOne(options, lease)
  }
}

async function workOne(options: Parameters<typeof workLeases>[0], lease: Lease): Promise<void> {
  const { stage, jobs, signal } = options
  const fields = { jobId: lease.jobId, queue: lease.queue, key: lease.key, fence: lease.fence }
  const attempt = new AbortController()
  const giveUp = (reason: unknown) => attempt.abort(reason)
  const stop = () => giveUp(new Error(`${stage} is being stopped`))
  signal.addEventListener('abort', stop, { once: true })

  const beat = async (progress?: unknown) => {
    try {
      const action = await jobs.heartbeat(lease, progress)
      if (action === 'cancel') giveUp(new Error('the job was cancelled'))
    } catch (error) {
      if (error instanceof LeaseLost) giveUp(error)
      // The service may be restarting; the lease outlives a few silent heartbeats.
      else log(stage, 'heartbeat failed', { ...fields, error: errorMessage(error) })
    }
  }
  const heart = setInterval(beat, (lease.leaseSeconds * 1000) / 3)
  try {
    const result = await options.handle(lease, { signal: attempt.signal, progress: beat })
    attempt.signal.throwIfAborted()
    await untilAnswered(signal, () => jobs.complete(lease, result))
    log(stage, 'completed', fields)
  } catch (error) {
    // After an abort, whatever was thrown is only its consequence.
    const cause = attempt.signal.aborted ? attempt.signal.reason : error
    const message = errorMessage(cause)
    log(stage, 'attempt failed', { ...fields, error: message })
    if (cause instanceof LeaseLost) return
    const retry = !(cause instanceof PermanentFailure)
    await untilAnswered(signal, () => jobs.fail(lease, message, retry)).catch((lost) =>
      log(stage, 'could not report the failure', { ...fields, error: errorMessage(lost) }),
    )
  } finally {
    clearInterval(heart)
    signal.removeEventListener('abort', stop)
  }
}

/** A finished attempt must not be thrown away because the service is restarting just then. */
async function untilAnswered(signal: AbortSignal, call: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      const refused = error instanceof Error && 'status' in error && Number(error.status) < 500
      if (refused || signal.aborted) throw error
      await sleep(1000, signal)
    }
  }
}

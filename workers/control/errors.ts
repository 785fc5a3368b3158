import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/** A request that the job service refuses, with the HTTP status that says so. */
export class JobRefused extends TributaryError {
  readonly status: number
  constructor(status: number, code: string, message: string, hint: string) {
    super(message, { code, hint })
    this.status = status
  }
}

/** The job id is not known here. */
export class UnknownJob extends JobRefused {
  constructor(jobId: string) {
    super(404, 'unknown_job', `there is no job ${jobId}`, 'Enqueue it first: POST /jobs.')
  }
}

/** The queue is not one of this service's. */
export class UnknownQueue extends JobRefused {
  constructor(queue: string, known: string[]) {
    super(400, 'unknown_queue', `there is no queue ${queue}`, `Use ${known.join(', ')}.`)
  }
}

/** The caller acts on a lease that it no longer holds. */
export class StaleFence extends JobRefused {
  constructor(jobId: string, given: number, current: number, state: string) {
    super(
      409,
      'stale_fence',
      `fence ${given} does not hold job ${jobId}, which is ${state} at fence ${current}`,
      'Drop this attempt and lease again.',
    )
  }
}

/** The signature under a result is not the named worker's. */
export class BadResultSignature extends JobRefused {
  constructor(jobId: string, worker: string) {
    super(
      400,
      'bad_signature',
      `the result of job ${jobId} is not signed by ${worker}`,
      "Sign sha256 of its RFC 8785 form with that worker's key (EIP-191).",
    )
  }
}

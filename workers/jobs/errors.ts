import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/** The job service refused a request, or did not answer as it should. */
export class JobsError extends TributaryError {
  readonly status: number
  constructor(status: number, code: string, message: string) {
    super(message, { code })
    this.status = status
  }
}

/** The lease was lost: another worker has the job now, or it has ended. Drop the attempt. */
export class LeaseLost extends JobsError {}

/** Thrown by a job's handler: trying again cannot help. */
export class PermanentFailure extends TributaryError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'permanent_failure', cause })
  }
}

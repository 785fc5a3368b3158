import type { Pool } from 'pg'
import { UnknownJob } from '../errors.ts'
import type { JobRow, JobState } from './jobRow.ts'

/** A job as the HTTP routes show it. */
export interface JobView {
  jobId: string
  queue: string
  key: string
  state: JobState
  fence: number
  attempts: number
  worker: string | null
  cancelRequested: boolean
  spec: unknown
  progress: unknown
  result: unknown
  /** Address whose key signed the result. */
  resultWorker: string | null
  signature: string | null
  error: string | null
  createdAt: string
  updatedAt: string
}

/** One job, with everything known about it. */
export async function readJob(pool: Pool, jobId: string): Promise<JobView> {
  const found = await pool.query<JobRow>('select * from control.job where job_id = $1', [jobId])
  const job = found.rows[0]
  if (job === undefined) throw new UnknownJob(jobId)
  return jobView(job)
}

/** The public form of a row. */
export function jobView(job: JobRow): JobView {
  return {
    jobId: job.job_id,
    queue: job.queue,
    key: job.key,
    state: job.state,
    fence: Number(job.fence),
    attempts: job.attempts,
    worker: job.worker,
    cancelRequested: job.cancel_requested,
    spec: job.spec,
    progress: job.progress,
    result: job.result,
    resultWorker: job.result_worker,
    signature: job.signature,
    error: job.error,
    createdAt: job.created_at.toISOString(),
    updatedAt: job.updated_at.toISOString(),
  }
}

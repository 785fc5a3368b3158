/** Where a job stands. */
export type JobState = 'queued' | 'leased' | 'completed' | 'failed' | 'cancelled'

/** A row of `control.job`; bigint columns arrive as text. */
export interface JobRow {
  job_id: string
  queue: string
  key: string
  state: JobState
  fence: string
  attempts: number
  worker: string | null
  lease_until: Date | null
  cancel_requested: boolean
  spec: unknown
  progress: unknown
  result: unknown
  result_worker: string | null
  signature: string | null
  error: string | null
  created_at: Date
  updated_at: Date
}

import type { PoolClient } from 'pg'
import { UnknownJob } from '../errors.ts'
import type { JobRow } from './jobRow.ts'

/** Reads a job and holds its row until the transaction ends. */
export async function lockJob(client: PoolClient, jobId: string): Promise<JobRow> {
  const found = await client.query<JobRow>(
    'select * from control.job where job_id = $1 for update',
    [jobId],
  )
  const job = found.rows[0]
  if (job === undefined) throw new UnknownJob(jobId)
  return job
}

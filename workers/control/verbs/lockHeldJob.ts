import type { PoolClient } from 'pg'
import { StaleFence } from '../errors.ts'
import type { JobRow } from './jobRow.ts'
import { lockJob } from './lockJob.ts'

/** Like `lockJob`, and refuses a caller whose fence does not hold the job's lease. */
export async function lockHeldJob(
  client: PoolClient,
  jobId: string,
  fence: number,
): Promise<JobRow> {
  const job = await lockJob(client, jobId)
  if (job.state !== 'leased' || Number(job.fence) !== fence) {
    throw new StaleFence(jobId, fence, Number(job.fence), job.state)
  }
  return job
}

import type { Pool } from 'pg'
import type { JobRow } from './jobRow.ts'
import type { JobView } from './readJob.ts'
import { jobView } from './readJob.ts'

/** Jobs in the byte order of their keys, from the one after `afterKey`. */
export async function listJobs(
  pool: Pool,
  filter: { queue?: string; states?: string[]; afterKey?: string; limit: number },
): Promise<JobView[]> {
  const found = await pool.query<JobRow>(
    `select * from control.job
     where ($1::text is null or queue = $1) and ($2::text[] is null or state = any($2))
       and ($3::text is null or key > $3)
     order by key, queue limit $4`,
    [filter.queue ?? null, filter.states ?? null, filter.afterKey ?? null, filter.limit],
  )
  return found.rows.map(jobView)
}

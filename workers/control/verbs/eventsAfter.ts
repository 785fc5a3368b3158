import type { Pool } from 'pg'

/** One entry of the event log. */
export interface JobEvent {
  /** Rises by one with each event of the service, whatever its queue. */
  seq: number
  jobId: string
  queue: string
  key: string
  type: string
  /** Of a `completed` event: {result, worker, signature}. */
  data: unknown
  at: string
}

/** The events after number `after`, oldest first, of one job or of some queues or of all. */
export async function eventsAfter(
  pool: Pool,
  after: number,
  filter: { jobId?: string; queues?: string[] },
  limit: number,
): Promise<JobEvent[]> {
  const found = await pool.query<{
    seq: string
    job_id: string
    queue: string
    key: string
    type: string
    data: unknown
    at: Date
  }>(
    `select e.seq, e.job_id, e.queue, j.key, e.type, e.at,
       case when e.type = 'completed' then json_build_object(
         'result', j.result, 'worker', j.result_worker, 'signature', j.signature)
       else e.data end as data
     from control.event e join control.job j using (job_id)
     where e.seq > $1 and ($2::uuid is null or e.job_id = $2)
       and ($3::text[] is null or e.queue = any($3))
     order by e.seq limit $4`,
    [after, filter.jobId ?? null, filter.queues ?? null, limit],
  )
  return found.rows.map((row) => ({
    seq: Number(row.seq),
    jobId: row.job_id,
    queue: row.queue,
    key: row.key,
    type: row.type,
    data: row.data,
    at: row.at.toISOString(),
  }))
}

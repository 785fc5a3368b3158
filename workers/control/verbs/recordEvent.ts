import type { PoolClient } from 'pg'

/**
 * Appends to the event log inside the caller's transaction, as its last statement but the commit.
 *
 * The counter's row stays locked until that commit, so numbers become visible in the order in which
 * they were given: a reader that has seen event n never finds a smaller one later.
 */
export async function recordEvent(
  client: PoolClient,
  job: { job_id: string; queue: string },
  type: string,
  data: unknown,
): Promise<void> {
  await client.query(
    `with next as (update control.last_event set seq = seq + 1 returning seq)
     insert into control.event (seq, job_id, queue, type, data)
     select seq, $1, $2, $3, $4 from next`,
    [job.job_id, job.queue, type, data === undefined ? null : JSON.stringify(data)],
  )
}

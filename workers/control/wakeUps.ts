import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { PgBoss } from 'pg-boss'

/** The queue behind the job service: says which job to look at next, and knows nothing else. */
export interface WakeUps {
  /** Puts a job into its queue inside the caller's transaction; gives the wake-up's id. */
  push(client: PoolClient, queue: string, jobId: string, delaySeconds: number): Promise<string>
  /** Puts the wake-up back if the queue has lost it; does nothing when it is still there. */
  restore(client: PoolClient, queue: string, jobId: string, wakeId: string): Promise<void>
  /** Takes the next job id out of a queue inside the caller's transaction. */
  take(client: PoolClient, queue: string): Promise<string | undefined>
  stop(): Promise<void>
}

// A queued job waits as long as it must; the queue's default would drop it after two weeks.
const RETENTION_SECONDS = 10 * 365 * 24 * 3600

/** Starts pg-boss on the database at `url`, in its own schema, with one queue per name. */
export async function startWakeUps(
  url: string,
  queues: string[],
  onError: (error: Error) => void,
): Promise<WakeUps> {
  const boss = new PgBoss({ connectionString: url, schema: 'pgboss', max: 2, schedule: false })
  boss.on('error', onError)
  await boss.start()
  for (const queue of queues) {
    await boss.createQueue(queue, { retryLimit: 0, retentionSeconds: RETENTION_SECONDS })
  }
  const inside = (client: PoolClient) => ({
    executeSql: (text: string, values?: unknown[]) => client.query(text, values),
  })
  return {
    async push(client, queue, jobId, delaySeconds) {
      const wakeId = randomUUID()
      await boss.send(
        queue,
        { jobId },
        { id: wakeId, startAfter: delaySeconds, db: inside(client) },
      )
      return wakeId
    },
    async restore(client, queue, jobId, wakeId) {
      // The id is the primary key of pg-boss's table: a wake-up that exists is left alone.
      await boss.send(queue, { jobId }, { id: wakeId, db: inside(client) })
    },
    async take(client, queue) {
      const db = inside(client)
      const [wakeUp] = await boss.fetch<{ jobId: string }>(queue, { db })
      if (wakeUp === undefined) return undefined
      await boss.deleteJob(queue, wakeUp.id, { db })
      return wakeUp.data.jobId
    },
    stop: () => boss.stop({ graceful: false }),
  }
}

import type { Kysely } from 'kysely'
import type { AppDatabase } from '../database/schema.ts'

/**
 * Hands the outbox's messages to the job server, oldest first, over and over until stopped. The
 * server takes a (queue, key) once, so a message that was handed over without our noticing it does
 * no harm when it comes again.
 */
export function relayOutbox(options: {
  database: Kysely<AppDatabase>
  jobsUrl: string
  warn: (message: string) => void
}): { wake: () => void; stop: () => Promise<void> } {
  const { database, jobsUrl } = options
  let stopped = false
  let woken = false
  let wakeUp: () => void = () => {}
  let failures = 0
  const loop = (async () => {
    while (!stopped) {
      let sent = 0
      woken = false
      try {
        sent = await relayOnce(database, jobsUrl)
        failures = 0
      } catch (error) {
        failures++
        if (failures === 5)
          options.warn(`the job server takes nothing: ${(error as Error).message}`)
      }
      // A message that came while the others were read was not among them.
      if (stopped || sent > 0 || (woken && failures === 0)) continue
      await new Promise<void>((resolve) => {
        const wait = failures > 0 ? Math.min(5000, 200 * 2 ** failures) : 1000
        const timer = setTimeout(resolve, wait)
        wakeUp = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  })()
  return {
    wake: () => {
      woken = true
      // While the server is away, the wait between two attempts stays.
      if (failures === 0) wakeUp()
    },
    stop: async () => {
      stopped = true
      wakeUp()
      await loop
    },
  }
}

async function relayOnce(database: Kysely<AppDatabase>, jobsUrl: string): Promise<number> {
  const rows = await database
    .selectFrom('outbox')
    .select(['outbox_id', 'queue', 'key', 'spec'])
    .where('job_id', 'is', null)
    .orderBy('outbox_id')
    .limit(50)
    .execute()
  for (const row of rows) {
    const response = await fetch(`${jobsUrl}/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ queue: row.queue, key: row.key, spec: row.spec }),
      signal: AbortSignal.timeout(10_000),
    })
    const answer = (await response.json()) as { jobId?: string; error?: unknown }
    if (!response.ok || !answer.jobId) {
      throw new Error(`${row.queue} ${row.key}: HTTP ${response.status} ${JSON.stringify(answer)}`)
    }
    await database
      .updateTable('outbox')
      .set({ job_id: answer.jobId })
      .where('outbox_id', '=', row.outbox_id)
      .execute()
  }
  return rows.length
}

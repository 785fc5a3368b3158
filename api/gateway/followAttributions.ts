import { setTimeout as sleep } from 'node:timers/promises'
import type { AttributeResult } from '@tributary/protocol/messages/attributeJob'
import { type Kysely, sql } from 'kysely'
import type { AppDatabase } from '../database/schema.ts'
import { serverSentData } from './engineStream.ts'

interface JobEvent {
  seq: number
  jobId: string
  key: string
  type: string
  data: unknown
}

/**
 * Listens to the job server's events about attributions, from the last one that was dealt with,
 * until stopped. An event counts as dealt with once its consequences are in the database.
 */
export function followAttributions(options: {
  database: Kysely<AppDatabase>
  jobsUrl: string
  completed: (requestId: string, result: AttributeResult) => Promise<void>
  failed: (requestId: string, error: string) => Promise<void>
  warn: (message: string) => void
}): { stop: () => Promise<void> } {
  const { database, jobsUrl } = options
  const stopping = new AbortController()
  const loop = (async () => {
    let failures = 0
    while (!stopping.signal.aborted) {
      try {
        await listen()
        failures = 0
      } catch (error) {
        if (stopping.signal.aborted) return
        failures++
        if (failures % 20 === 5) {
          options.warn(`attributions cannot be followed: ${(error as Error).message}`)
        }
      }
      const wait = Math.min(5000, 250 * 2 ** failures)
      await sleep(wait, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      await loop
    },
  }

  async function listen(): Promise<void> {
    const cursor = await database
      .selectFrom('cursor')
      .select('seq')
      .where('name', '=', 'attribute')
      .executeTakeFirst()
    const response = await fetch(`${jobsUrl}/stream?queue=attribute&after=${cursor?.seq ?? 0}`, {
      signal: stopping.signal,
    })
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`)
    for await (const data of serverSentData(response.body)) {
      const event = JSON.parse(data) as JobEvent
      if (event.type === 'completed') {
        const { result } = event.data as { result: AttributeResult }
        await options.completed(event.key, result)
      }
      if (event.type === 'failed') {
        const { error } = (event.data ?? {}) as { error?: string }
        await options.failed(event.key, error ?? 'it failed without a reason')
      }
      await database
        .insertInto('cursor')
        .values({ name: 'attribute', seq: BigInt(event.seq) })
        .onConflict((conflict) =>
          conflict.column('name').doUpdateSet({ seq: sql`greatest(cursor.seq, excluded.seq)` }),
        )
        .execute()
    }
  }
}

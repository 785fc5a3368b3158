import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { connectContracts } from '@tributary/contracts/connect'
import type { RunningSystem } from '../faults/RunningSystem.ts'
import { withAppDatabase } from '../faults/withAppDatabase.ts'
import { withChain } from './withChain.ts'

/** Everything that somebody's request could have left somewhere. */
export interface Footprint {
  /** All files of the content store, unfinished ones included. */
  stored: string[]
  /** On chain. */
  contributions: string
  datanets: string
  /** Of the gateway. */
  inferences: string
  outbox: string
  charged: string
  /** Of the analytics. */
  records: string
  segments: string
}

/** Looks into every store of a system, each by its own way. */
export async function footprint(system: RunningSystem): Promise<Footprint> {
  const cas = join(system.dataFolder, 'cas')
  const [chain, gateway, analytics, stored] = await Promise.all([
    withChain(system, async ({ provider, deployment }) => {
      const { datanets } = connectContracts(deployment, provider)
      return {
        contributions: String(await datanets.lastContributionId()),
        datanets: String(await datanets.lastDatanetId()),
      }
    }),
    readGateway(system.urls.DATABASE_URL),
    readAnalytics(system.urls.CLICKHOUSE_URL),
    readdir(cas, { recursive: true, withFileTypes: true }),
  ])
  return {
    stored: stored
      .filter((entry) => entry.isFile())
      .map((entry) => relative(cas, join(entry.parentPath, entry.name)))
      .sort(),
    ...chain,
    ...gateway,
    ...analytics,
  }
}

function readGateway(databaseUrl: string) {
  return withAppDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query(
      `select (select count(*) from inference) as inferences, (select count(*) from outbox) as outbox,
         (select coalesce(sum(cumulative), 0) from payer_meter) as charged`,
    )
    return rows[0] as Pick<Footprint, 'inferences' | 'outbox' | 'charged'>
  })
}

async function readAnalytics(url: string) {
  const response = await fetch(url, {
    method: 'POST',
    body: `SELECT (SELECT toString(count()) FROM tributary.record) AS records,
      (SELECT toString(count()) FROM tributary.segment) AS segments FORMAT JSONEachRow`,
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`ClickHouse: ${text.slice(0, 300)}`)
  return JSON.parse(text) as Pick<Footprint, 'records' | 'segments'>
}

import { readFile } from 'node:fs/promises'
import type { WorkTables } from './work.ts'

/** What a host is to index. */
export interface HostTask {
  /** Folder of the compiled subgraph. */
  readonly build: string
  readonly rpcUrl: string
  readonly address: string
  /** The chain's last block. */
  readonly last: number
  /** A Postgres cluster of the host's own. */
  readonly databaseUrl: string
}

/** A host that has begun to index in a process of its own. */
export interface MeasuredHost {
  /** When it could begin, by `performance.now()`. */
  readonly begun: number
  readonly pid: number
  /** Where it answers graph-node's queries, or null when it has another dialect. */
  readonly queryUrl: string | null
  /** Where its work is to be found. */
  readonly tables: WorkTables
  /** Whether the chain's last block is indexed. */
  isIndexed(): Promise<boolean>
  stop(): Promise<void>
}

/** Where a subgraph stands by its own `_meta`; null before its first block. */
export async function indexedBlock(queryUrl: string): Promise<number | null> {
  try {
    const response = await fetch(queryUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ _meta { block { number } } }' }),
    })
    const { data } = (await response.json()) as { data?: { _meta: { block: { number: number } } } }
    return data?._meta.block.number ?? null
  } catch {
    return null
  }
}

/** The most memory that a process ever had, in MiB. */
export async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}

/** The tables of a host that lays them out as graph-node does, in a database of a cluster. */
export function graphTables(clusterUrl: string, database: string): WorkTables {
  const url = new URL(clusterUrl)
  url.pathname = `/${database}`
  return {
    databaseUrl: url.href,
    schema: 'sgd1',
    id: "'0x' || encode(id, 'hex')",
    current: 'upper_inf(block_range)',
  }
}

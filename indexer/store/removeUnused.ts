import type { Pool } from 'pg'
import { dropDeployment, lockDeployment } from './dropDeployment.ts'
import { inTransaction } from './inTransaction.ts'

/** That no name points to a deployment `d`, and no node is to index it. */
const IS_UNUSED = `
  not exists (
    select 1 from subgraphs.subgraph s
      join subgraphs.subgraph_version v on v.id = s.current_version
     where v.deployment = d.subgraph)
  and not exists (select 1 from subgraphs.subgraph_deployment_assignment a where a.id = d.id)`

/** A deployment that is gone with everything that it indexed. */
export interface RemovedDeployment {
  readonly id: string
  readonly namespace: string
}

/**
 * Notes which deployments nobody uses any more, and drops those that have not been used for a
 * while: an old version of a subgraph may still be gone back to.
 */
export async function removeUnused(pool: Pool, graceMs: number): Promise<RemovedDeployment[]> {
  await pool.query(
    `insert into public.unused_deployments (id)
     select d.id from public.deployment_schemas d where ${IS_UNUSED} on conflict do nothing`,
  )
  await pool.query(
    `delete from public.unused_deployments u using public.deployment_schemas d
      where d.id = u.id and not (${IS_UNUSED})`,
  )
  const { rows } = await pool.query(
    `select d.id as number, d.subgraph as id, d.name as namespace
       from public.unused_deployments u join public.deployment_schemas d using (id)
      where u.unused_at <= now() - $1 * interval '1 millisecond' order by d.id`,
    [graceMs],
  )
  const removed: RemovedDeployment[] = []
  for (const { number, id, namespace } of rows) {
    const isGone = await inTransaction(pool, async (client) => {
      await lockDeployment(client, id)
      // It may have been deployed again just now.
      const { rowCount } = await client.query(
        `select 1 from public.deployment_schemas d where d.id = $1 and ${IS_UNUSED}`,
        [number],
      )
      if (rowCount !== 1) return false
      await dropDeployment(client, number)
      return true
    })
    if (isGone) removed.push({ id, namespace })
  }
  return removed
}

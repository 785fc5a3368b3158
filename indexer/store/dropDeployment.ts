import type { PoolClient } from 'pg'

/** The node that a dropped deployment was given to. */
export interface DroppedAssignment {
  readonly node: string
  readonly pausedAt: Date | null
}

/** Who makes or drops a deployment waits for whoever else does; until the transaction's end. */
export async function lockDeployment(client: PoolClient, id: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [id])
}

/** Forgets a deployment with everything that it indexed. @returns its assignment, if any. */
export async function dropDeployment(
  client: PoolClient,
  number: number,
): Promise<DroppedAssignment | null> {
  await client.query(`drop schema if exists sgd${number} cascade`)
  const { rows } = await client.query(
    `delete from subgraphs.subgraph_deployment_assignment where id = $1
     returning node_id as node, paused_at as "pausedAt"`,
    [number],
  )
  await client.query(
    `delete from subgraphs.subgraph_error e using public.deployment_schemas d
      where d.id = $1 and e.subgraph_id = d.subgraph`,
    [number],
  )
  for (const table of [
    'subgraphs.head',
    'subgraphs.deployment',
    'subgraphs.subgraph_manifest',
    'public.unused_deployments',
    'public.deployment_schemas',
  ]) {
    await client.query(`delete from ${table} where id = $1`, [number])
  }
  return rows[0] ?? null
}
